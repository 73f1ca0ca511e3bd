/**
 * How fast red packets are reserved and paid on our side: ledger, leases and call log, with WeChat on paper.
 *   npx tsx test/bench/money.ts [--recipients 2000] [--engine sqlite|mysql]
 * `mysql` starts a throw-away MariaDB. The books are checked at the end; a difference is an error.
 */
import { parseArgs } from 'node:util';
import { startPromotion } from '../../src/red-packets';
import { MoneyWorld, owner } from '../support/money-world';
import { openKit } from '../support/open-kit';
import { startMariaDb } from '../support/servers';

const { values } = parseArgs({
  options: {
    recipients: { type: 'string', default: '2000' },
    engine: { type: 'string', default: 'sqlite' },
  },
});

async function measure(): Promise<void> {
  const recipients = Number(values.recipients);
  const isServer = values.engine === 'mysql';
  const server = isServer ? await startMariaDb() : undefined;
  if (server) process.env['TEST_MARIADB_URL'] = server.url;
  const kit = await openKit(isServer ? 'mysql' : 'sqlite');
  try {
    const world = await MoneyWorld.open(kit, recipients);
    world.set({ payoutsPerSecond: 1_000_000 });
    const amount = { minFen: 100, maxFen: 300 };
    const id = await world.draft({ amount, budgetFen: recipients * 300 });
    await startPromotion(kit, owner, id);

    const began = performance.now();
    let reserved = began;
    for (;;) {
      const wasBusy = await world.loop.turn();
      await world.loop.idle();
      kit.clock.advance(1_000);
      const { recipients: counts } = await world.view(id);
      if (reserved === began && counts['waiting'] === 0) reserved = performance.now();
      if (!wasBusy && counts['reserved'] === 0) break;
    }
    const paid = performance.now();

    const report = await world.check(id);
    const [promotion] = report.promotions;
    const rate = (ms: number) => Math.round((recipients / ms) * 1_000);
    const lines = [
      `${values.engine}: ${recipients} recipients, books ${report.ok ? 'agree' : 'DIFFER'}`,
      `reserved and first batch: ${Math.round(reserved - began)} ms`,
      `paid: ${rate(paid - reserved)}/s, ${world.wechat.sends.length} calls, ${promotion?.lines ?? 0} ledger lines`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
    if (!report.ok || world.wechat.sends.length !== recipients) process.exitCode = 1;
  } finally {
    await kit.close();
    await server?.stop();
  }
}

void measure();
