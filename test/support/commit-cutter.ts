import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Random } from './seeded';

const commit = Buffer.from([7, 0, 0, 0, 3, ...Buffer.from('COMMIT')]);

export type CommitCutter = {
  readonly port: number;
  /** Of a thousand commits, how many lose their answer from now on. */
  rate(perMille: number): void;
  readonly commits: number;
  readonly cuts: number;
  close(): Promise<void>;
};

/**
 * A TCP proxy before a MySQL server. Now and then it lets a COMMIT through, waits until the server has
 * answered it, and cuts the connection instead of handing the answer on: the client cannot know.
 */
export async function openCommitCutter(
  serverPort: () => number,
  random: Random,
  port = 0,
): Promise<CommitCutter> {
  let perMille = 0;
  let commits = 0;
  let cuts = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(serverPort(), '127.0.0.1');
    let isDoomed = false;
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (bytes) => {
      if (bytes.includes(commit)) {
        commits += 1;
        if (random(1, 1_000) <= perMille) isDoomed = true;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (!isDoomed) {
        client.write(bytes);
        return;
      }
      cuts += 1;
      client.resetAndDestroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  return {
    port: (server.address() as AddressInfo).port,
    rate: (wanted) => {
      perMille = wanted;
    },
    get commits() {
      return commits;
    },
    get cuts() {
      return cuts;
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
