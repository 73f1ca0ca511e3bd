import { Context } from './context';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('Context', () => {
  test('is seen by everything that is called, and by nothing beside it', async () => {
    const context = new Context<string>();
    const seen: (string | undefined)[] = [];
    const look = async () => {
      await turn();
      seen.push(context.get());
    };

    await Promise.all([context.run('a', look), context.run('b', look), look()]);

    expect(seen).toEqual(['a', 'b', undefined]);
    expect(context.get()).toBeUndefined();
  });

  test('works again after the last one left', async () => {
    const context = new Context<string>();
    await context.run('a', turn);

    const again = await context.run('b', async () => {
      await turn();
      return context.get();
    });

    expect(again).toBe('b');
  });

  test('what fails leaves, too', async () => {
    const context = new Context<string>();
    const refuse = () => {
      throw new Error('no');
    };

    expect(() => context.run('a', refuse)).toThrow('no');
    await expect(
      context.run('b', async () => {
        await turn();
        refuse();
      }),
    ).rejects.toThrow('no');
    await turn();

    expect(context.get()).toBeUndefined();
  });
});
