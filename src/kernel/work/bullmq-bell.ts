import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Log } from '../log';
import type { Bell } from './bell';

const queueName = 'guanxi-bell';

/**
 * Many processes: BullMQ spreads row ids over the workers. It holds no truth: a lost, doubled or
 * stalled ring costs latency only, because the row is claimed in the database.
 */
export function openBullmqBell(url: string, log: Log, options: { answers: boolean }): Bell {
  const listeners = new Map<string, (id: string) => Promise<void>>();
  const producer = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    retryStrategy: (times) => Math.min(times * 200, 2_000),
  });
  producer.on('error', () => undefined);
  const queue = new Queue(queueName, { connection: producer });
  queue.on('error', () => undefined);

  let consumer: Redis | undefined;
  let worker: Worker | undefined;
  if (options.answers) {
    consumer = new Redis(url, {
      maxRetriesPerRequest: null,
      retryStrategy: (times) => Math.min(times * 200, 2_000),
    });
    consumer.on('error', () => undefined);
    worker = new Worker<{ id: string }>(
      queueName,
      async (job) => {
        await listeners.get(job.name)?.(job.data.id);
      },
      { connection: consumer, concurrency: 32 },
    );
    worker.on('error', (error) => log.warn('bell.worker', { error }));
  }

  return {
    kind: 'bullmq',
    ring: (topic, id, ring = {}) => {
      queue
        .add(
          topic,
          { id },
          {
            removeOnComplete: true,
            removeOnFail: true,
            ...(ring.delayMs ? { delay: ring.delayMs } : {}),
            ...(ring.priority ? { priority: ring.priority } : {}),
          },
        )
        .catch(() => log.debug('bell.lost', { topic }));
    },
    answer: (topic, listener) => {
      listeners.set(topic, listener);
    },
    ping: async () => {
      await producer.ping();
    },
    close: async () => {
      await worker?.close();
      await queue.close();
      producer.disconnect();
      consumer?.disconnect();
    },
  };
}
