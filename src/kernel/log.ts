import winston from 'winston';
import { Context } from './context';
import { maskPersons } from './mask-persons';

export type Facts = Readonly<Record<string, unknown>>;

/**
 * Facts, not prose. Never a secret, a query string, a phone number or message text above debug; outside ids of
 * persons are masked here.
 */
export interface Log {
  debug(message: string, facts?: Facts): void;
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
}

const trail = new Context<{ id: string }>();

/** Every line logged inside `work` carries `id`: the request, the event or the job it belongs to. */
export function withTrail<T>(id: string, work: () => T): T {
  return trail.run({ id }, work);
}

export function trailId(): string | undefined {
  return trail.get()?.id;
}

const secretName = /secret|password|token|key|authorization|cookie|phone|mobile/i;

function withoutSecrets(facts: Facts): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => {
      if (secretName.test(name) && typeof value === 'string') return [name, '[redacted]'];
      return [name, masked(value)];
    }),
  );
}

function masked(value: unknown): unknown {
  if (typeof value === 'string') return maskPersons(value);
  if (value instanceof Error) return { name: value.name, message: maskPersons(value.message) };
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(masked);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, masked(inner)]));
}

export function openLog(options: { level: string; readable: boolean }): Log {
  const readable = winston.format.printf(({ timestamp, level, message, trail: id, ...facts }) => {
    const rest = Object.keys(facts).length > 0 ? ` ${JSON.stringify(facts)}` : '';
    const mark = typeof id === 'string' ? ` [${id}]` : '';
    return `${String(timestamp)} ${level}${mark} ${String(message)}${rest}`;
  });
  const logger = winston.createLogger({
    level: options.level,
    format: winston.format.combine(
      winston.format.timestamp(),
      options.readable ? readable : winston.format.json(),
    ),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston's own types disagree with themselves
    transports: [new winston.transports.Console({ stderrLevels: ['error'] })],
    silent: options.level === 'silent',
  });
  const write =
    (level: string) =>
    (message: string, facts: Facts = {}) => {
      const id = trailId();
      logger.log({ level, message, ...(id ? { trail: id } : {}), ...withoutSecrets(facts) });
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
