import { randomBytes } from 'node:crypto';
import { openOfficialAccounts } from '../channels/official-account';
import { addOperator, countOperators, prepareOperator } from '../console';
import { eventHandlers, lookUpAudience } from '../answering';
import { replayEvent } from '../intake';
import { roles, type Role } from '../kernel/access';
import { replayJob } from '../kernel/work';
import { MediaLibrary } from '../media';
import { ledgerCheck } from '../red-packets';
import { openAttention } from '../conversations';
import { openReplies } from '../replies';
import { openSending } from '../sending';
import { startServer } from '../server';
import { withKit, wrongUsage, type Command } from './command';

export const start: Command = {
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

export const migrate: Command = {
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

export const ledger: Command = {
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
      if (typeof promotion === 'string' && report.promotions.length === 0) {
        call.say(`there is no promotion ${promotion}`);
        return 2;
      }
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

export const replay: Command = {
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
      const library = await MediaLibrary.open(kit, book);
      const replies = await openReplies(kit, library);
      const handlers = eventHandlers(kit, {
        ...{ replies, sending },
        conversations: await openAttention(kit),
      });
      const lookUp = lookUpAudience(kit, replies);
      const isEvent = !isJob && (await replayEvent(kit, handlers, id, lookUp));
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

export const owner: Command = {
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
