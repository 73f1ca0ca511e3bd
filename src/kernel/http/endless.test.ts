import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hangUp, keepOpen } from './endless';

test('a server that stops ends its endless answers, and only its own', async () => {
  const [mine, other] = [await listen(), await listen()];
  const stays = await ask(other);
  const ends = await ask(mine);
  const closed = once(mine, 'close');

  mine.close();
  hangUp(mine);

  await expect(once(ends.resume(), 'close')).rejects.toThrow('aborted');
  await closed;
  expect(stays.destroyed).toBe(false);
  hangUp(other);
  other.close();
});

async function listen() {
  const server = createServer((_, response) => {
    keepOpen(response);
    response.write(': here\n\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function ask(server: ReturnType<typeof createServer>): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1' }, (answer) => {
      answer.on('error', () => undefined);
      resolve(answer);
    }).on('error', reject);
  });
}
