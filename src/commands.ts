import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { addAccountsFromSettings, type AccountBook } from './accounts';
import { openOfficialAccounts } from './channels/official-account';
import { addOperator, countOperators, prepareOperator } from './console';
import { shouldSeedDemo } from './demo';
import { eventHandlers } from './handlers';
import { replayEvent } from './intake';
import { permissions, roles, type Actor, type Role } from './kernel/access';
import type { Log } from './kernel/log';
import type { Settings } from './kernel/settings';
import { replayJob } from './kernel/work';
import { openKit, type RunningKit } from './open-kit';
import { ledgerCheck } from './red-packets';
import { checkTemplates, importTemplates, openReplies, readTemplates } from './replies';
import { openSending } from './sending';
import { startServer } from './server';

export type CommandCall = {
  settings: Settings;
  log: Log;
  words: string[];
  values: Record<string, string | boolean | undefined>;
  isJson: boolean;
  openBook: (kit: RunningKit) => Promise<AccountBook>;
  say: (line: string) => void;
};

export type Command = {
  name: string;
  usage: string;
  summary: string;
  options: Record<string, { type: 'string' | 'boolean' }>;
  /** The exit code. */
  run(call: CommandCall): Promise<number>;
};

const operatorAtTheShell: Actor = {
  kind: 'system',
  id: 'cli',
  name: 'command line',
  permissions: new Set(permissions),
  accountIds: 'all',
};

async function withKit<T>(call: CommandCall, work: (kit: RunningKit) => Promise<T>): Promise<T> {
  const kit = await openKit({ ...call.settings, role: 'web' }, call.log);
  try {
    return await work(kit);
  } finally {
    await kit.closeKit();
  }
}

const wrongUsage = (call: CommandCall, command: Command): number => {
  call.say(command.usage);
  return 2;
};

const start: Command = {
  name: 'start',
  usage: 'guanxi start',
  summary: 'Run the server in the role that the settings give',
  options: {},
  run: async ({ settings, log }) => {
    const server = await startServer(settings, log);
    await new Promise<void>((done) => {
      process.once('SIGTERM', () => done());
      process.once('SIGINT', () => done());
    });
    await server.stop();
    return 0;
  },
};

const migrate: Command = {
  name: 'migrate',
  usage: 'guanxi migrate',
  summary: 'Bring the database to this version’s schema',
  options: {},
  run: (call) =>
    withKit(call, (kit) => {
      call.say(call.isJson ? '{"migrated":true}' : `the ${kit.db.engine} database is up to date`);
      return Promise.resolve(0);
    }),
};

const doctor: Command = {
  name: 'doctor',
  usage: 'guanxi doctor',
  summary: 'Check settings, database, cache, accounts and leftovers of a demo',
  options: {},
  run: (call) =>
    withKit(call, async (kit) => {
      const found: { check: string; ok: boolean; detail: string }[] = [];
      const note = (check: string, ok: boolean, detail: string) =>
        found.push({ check, ok, detail });
      note('database', true, kit.db.engine);
      await kit.cache.ping().then(
        () => note('cache', true, kit.cache.kind),
        () => note('cache', false, 'Redis does not answer at REDIS_URL'),
      );
      const book = await call.openBook(kit);
      await addAccountsFromSettings(kit, book);
      const demo = book.all().filter((account) => account.world === 'sandbox');
      const [operators] = await kit.db.read.all<{ n: number }>(
        `SELECT COUNT(*) AS n FROM operator WHERE isDemo = 1`,
      );
      note(
        'demo accounts',
        demo.length === 0,
        demo.map((account) => account.name).join(', ') || 'none',
      );
      note('demo operators', operators?.n === 0, String(operators?.n ?? 0));
      for (const account of book.all()) {
        note(
          `account ${account.platformId}`,
          account.enabled,
          account.mode === 'plain'
            ? 'plain mode proves nothing about a callback; choose the secure mode'
            : account.world,
        );
      }
      const isHealthy = found.every((one) => one.ok || one.check.startsWith('demo'));
      if (call.isJson) call.say(JSON.stringify(found));
      else
        for (const one of found)
          call.say(`${one.ok ? 'ok  ' : 'LOOK'}  ${one.check}: ${one.detail}`);
      return isHealthy ? 0 : 1;
    }),
};

const seed: Command = {
  name: 'seed',
  usage: 'guanxi seed',
  summary: 'Say whether the next start fills this installation with the demo brand',
  options: {},
  run: (call) =>
    withKit(call, async (kit) => {
      const will = await shouldSeedDemo({ ...kit, settings: call.settings });
      call.say(
        call.isJson
          ? JSON.stringify({ willSeed: will })
          : will
            ? 'the next `guanxi start` seeds the demo brand'
            : 'no demo: this installation has accounts or operators, or DEMO is off',
      );
      return 0;
    }),
};

const templates: Command = {
  name: 'templates',
  usage: 'guanxi templates <check|import> [folder] [--app-id wx…]',
  summary: 'Check a folder of replies, questions and conversations, or import it',
  options: { 'app-id': { type: 'string' } },
  run: async (call) => {
    const [verb, folder = 'templates'] = call.words;
    if (verb === 'check' || verb === 'test') {
      const result = await checkTemplates(resolve(folder), call.settings.orgZone);
      if (call.isJson) call.say(JSON.stringify(result));
      else {
        for (const one of result.problems) {
          const { file, line, ...rest } = one as unknown as { file: string; line?: number };
          call.say(`${file}:${line ?? 1}  ${JSON.stringify(rest)}`);
        }
        call.say(
          `${result.rules} rules, ${result.faqs} questions, ${result.steps} conversation steps, ${result.problems.length} problems`,
        );
      }
      return result.problems.length === 0 ? 0 : 1;
    }
    if (verb !== 'import') return wrongUsage(call, templates);
    const read = await readTemplates(resolve(folder));
    return withKit(call, async (kit) => {
      const appId = call.values['app-id'];
      const book = await call.openBook(kit);
      const account =
        typeof appId === 'string' ? book.findByPlatformId('official-account', appId) : undefined;
      if (appId !== undefined && !account) {
        call.say(`no Official Account ${String(appId)} here`);
        return 1;
      }
      const done = await importTemplates(kit, read, {
        actor: operatorAtTheShell,
        accountId: account?.id ?? null,
      });
      call.say(JSON.stringify(done));
      return 0;
    });
  },
};

const ledger: Command = {
  name: 'ledger',
  usage: 'guanxi ledger check [--promotion ID]',
  summary: 'Recompute every promotion from its ledger and verify the hash chain',
  options: { promotion: { type: 'string' } },
  run: (call) => {
    if (call.words[0] !== 'check') return Promise.resolve(wrongUsage(call, ledger));
    return withKit(call, async (kit) => {
      const { promotion } = call.values;
      const report = await ledgerCheck(
        kit,
        typeof promotion === 'string' ? { promotionId: promotion } : {},
      );
      if (call.isJson) call.say(JSON.stringify(report));
      else {
        for (const difference of report.differences)
          call.say(`DIFFERENCE  ${JSON.stringify(difference)}`);
        call.say(
          `${report.promotions.length} promotions checked, ${report.differences.length} differences`,
        );
      }
      return report.ok ? 0 : 1;
    });
  },
};

const replay: Command = {
  name: 'replay',
  usage: 'guanxi replay <dead letter id>',
  summary: 'Try a failed event or job again',
  options: {},
  run: (call) => {
    const [id] = call.words;
    if (!id) return Promise.resolve(wrongUsage(call, replay));
    return withKit(call, async (kit) => {
      const isJob = await kit.db.transact((tx) => replayJob(tx, id, kit.clock.business()));
      const book = await call.openBook(kit);
      const sending = openSending(kit, {
        client: openOfficialAccounts({ ...kit, hostsOf: ({ id }) => book.hostsOf(id) }),
        account: (accountId) => {
          const account = book.find(accountId);
          return account ? { ...book.channelOrThrow(accountId), name: account.name } : undefined;
        },
      });
      const handlers = eventHandlers(kit, { replies: await openReplies(kit), sending });
      const isEvent = !isJob && (await replayEvent(kit, handlers, id));
      call.say(
        call.isJson
          ? JSON.stringify({ replayed: isJob || isEvent })
          : isJob
            ? 'queued: a running worker takes it up'
            : isEvent
              ? 'decided again'
              : 'no dead letter by that id',
      );
      return isJob || isEvent ? 0 : 1;
    });
  },
};

const owner: Command = {
  name: 'owner',
  usage: 'guanxi owner create --email you@example.com [--name Name]',
  summary: 'Make an owner; the password is printed once',
  options: { email: { type: 'string' }, name: { type: 'string' } },
  run: (call) => {
    const { email, name } = call.values;
    if (call.words[0] !== 'create' || typeof email !== 'string' || !email.includes('@')) {
      return Promise.resolve(wrongUsage(call, owner));
    }
    return withKit(call, async (kit) => {
      const password = randomBytes(15).toString('base64url');
      const role: Role = roles[0];
      const prepared = await prepareOperator(kit, {
        email,
        name: typeof name === 'string' ? name : (email.split('@')[0] ?? email),
        role,
        password,
      });
      await kit.db.transact((tx) => addOperator(tx, prepared));
      call.say(
        call.isJson
          ? JSON.stringify({ email: prepared.email, password })
          : `owner ${prepared.email}\npassword ${password}\n${await countOperators(kit)} operators now`,
      );
      return 0;
    });
  },
};

export const commands: readonly Command[] = [
  start,
  migrate,
  doctor,
  seed,
  templates,
  ledger,
  replay,
  owner,
];
