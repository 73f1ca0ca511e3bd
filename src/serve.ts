import 'reflect-metadata';
import { readSettings } from './kernel/settings';
import { armFault } from './kernel/faults';
import { openLog } from './kernel/log';
import { sayFailure } from './say-failure';
import { startServer } from './server';

/** Reads settings, starts what the role asks for, and stops without losing anything. */
async function run(): Promise<void> {
  const settings = readSettings();
  armFault(settings.fault);
  const log = openLog({ level: settings.logLevel, readable: !settings.isProduction });
  const server = await startServer(settings, log);
  let isStopping = false;
  const stop = (signal: string) => {
    if (isStopping) return;
    isStopping = true;
    log.info('server.stopping', { signal });
    server.stop().then(
      () => {
        log.info('server.stopped');
        process.exit(0);
      },
      (error: unknown) => {
        log.error('server.stop', { error });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
}

export function serve(): void {
  run().catch((error: unknown) => {
    process.stderr.write(`${sayFailure(error)}\n`);
    process.exit(1);
  });
}
