import type { EventHandler } from '../../src/intake';
import type { Extension } from '../../src/wiring';

const wish = /^等 (\d+) 毫秒$/;

/** 「等 3000 毫秒」 is answered three seconds later: what a model or another outside would do. */
const waits: EventHandler = (event) => {
  const ms = event.kind === 'text' ? wish.exec(event.text)?.[1] : undefined;
  return ms === undefined ? undefined : { later: { kind: 'wait', payload: { ms: Number(ms) } } };
};

export function slowAnswers(onWork: () => void = () => undefined): Extension {
  return {
    handlers: [waits],
    lateAnswers: {
      wait: async (payload) => {
        onWork();
        const { ms } = payload as { ms: number };
        await new Promise((resolve) => setTimeout(resolve, ms));
        return { reply: { kind: 'text', text: `等了 ${ms} 毫秒` } };
      },
    },
  };
}
