/** A sandbox in a process of its own, to be killed: prints its port, serves until then. */
import Koa from 'koa';
import { openSandbox } from '../../src/sandbox';

async function main(folder: string): Promise<void> {
  const sandbox = await openSandbox({ dataFile: `${folder}/sandbox.db`, tlsDir: `${folder}/tls` });
  const app = new Koa();
  app.use(sandbox.routes);
  const server = app.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.stdout.write(`${typeof address === 'object' && address ? address.port : 0}\n`);
  });
}

void main(process.argv[2] ?? '');
