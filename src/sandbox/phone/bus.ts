/** What the phone page and waiting actions hear of, after the commit. `payload` is ready for JSON. */
export interface Change {
  kind: 'message' | 'person' | 'packet' | 'event' | 'clock' | 'faults' | 'wecom';
  openid: string;
  payload: () => unknown;
}

export class Bus {
  private readonly listeners = new Set<(change: Change) => void>();

  get isHeard(): boolean {
    return this.listeners.size > 0;
  }

  tell(change: Change): void {
    for (const listener of this.listeners) listener(change);
  }

  listen(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves true when a message for this person is told within the time, else false. */
  nextMessage(openid: string, withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (heard: boolean) => {
        clearTimeout(timer);
        stop();
        resolve(heard);
      };
      const timer = setTimeout(() => finish(false), withinMs);
      const stop = this.listen((change) => {
        if (change.kind === 'message' && change.openid === openid) finish(true);
      });
    });
  }
}
