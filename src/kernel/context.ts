import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * A value that everything called by `run` can see, however many promises later. While a context of Node 20
 * is on, each promise of the whole process is dearer, on the callback path by a tenth; so it is on only
 * while somebody is inside, and callbacks are not.
 */
export class Context<Value> {
  private readonly storage = new AsyncLocalStorage<Value>();
  private inside = 0;

  get(): Value | undefined {
    return this.inside === 0 ? undefined : this.storage.getStore();
  }

  run<Result>(value: Value, work: () => Result): Result {
    this.inside += 1;
    let result: Result;
    try {
      result = this.storage.run(value, work);
    } catch (error) {
      this.leave();
      throw error;
    }
    if (result instanceof Promise) {
      const leave = () => this.leave();
      result.then(leave, leave);
    } else this.leave();
    return result;
  }

  /** Work that goes on in the background after the last one left sees nothing any more. */
  private leave(): void {
    this.inside -= 1;
    if (this.inside === 0) this.storage.disable();
  }
}
