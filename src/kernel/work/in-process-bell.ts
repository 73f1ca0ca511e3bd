import type { Log } from '../log';
import type { Bell } from './bell';

/** One process: a ring becomes a call soon after. */
export function openInProcessBell(log: Log): Bell {
  const listeners = new Map<string, (id: string) => Promise<void>>();
  const timers = new Set<NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  const waiting = new Set<string>();
  let isOpen = true;

  const call = (topic: string, id: string) => {
    const key = `${topic} ${id}`;
    waiting.delete(key);
    const listener = listeners.get(topic);
    if (!listener || !isOpen) return;
    const run = listener(id).catch((error: unknown) =>
      log.error('bell.listener', { topic, error }),
    );
    running.add(run);
    void run.finally(() => running.delete(run));
  };

  return {
    kind: 'in-process',
    ring: (topic, id, options = {}) => {
      const key = `${topic} ${id}`;
      if (!isOpen || waiting.has(key)) return;
      waiting.add(key);
      const timer = setTimeout(() => {
        timers.delete(timer);
        call(topic, id);
      }, options.delayMs ?? 0);
      timers.add(timer);
    },
    answer: (topic, listener) => {
      listeners.set(topic, listener);
    },
    ping: () => Promise.resolve(),
    close: async () => {
      isOpen = false;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(running);
    },
  };
}
