export type TestServer = {
  url: string;
  port?: number;
  kill?: () => Promise<void>;
  restart?: () => Promise<void>;
  stop: () => Promise<void>;
};
type Options = { own?: boolean; durable?: boolean; port?: number };

export function startMariaDb(options?: Options): Promise<TestServer | undefined>;
export function startRedis(options?: Options): Promise<TestServer | undefined>;
export function findChromium(): string | undefined;
export function freePort(): Promise<number>;
