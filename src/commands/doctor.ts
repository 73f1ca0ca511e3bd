import { addAccountsFromSettings } from '../accounts';
import { openOfficialAccounts } from '../channels/official-account';
import { openWeCom } from '../channels/wecom';
import { openMemoryCache } from '../kernel/cache/memory';
import { openRedisCache } from '../kernel/cache/redis';
import { WorldClock } from '../kernel/clock';
import { openHttpClient } from '../kernel/http-client';
import { withKit, type Command, type CommandCall } from './command';
import { examine, examineWithoutDatabase, type Finding } from './examine';
import { whyNoDatabase } from './find-database';

export const doctor: Command = {
  name: 'doctor',
  usage: 'guanxi doctor',
  summary:
    'Check database, cache, clock, accounts with their credentials and allowed address, the way back from WeChat, and leftovers of a demo',
  options: {},
  run: async (call) => {
    const why = await whyNoDatabase(call.settings);
    const found = why === undefined ? await examineAll(call) : await examineRest(call, why);
    if (call.isJson) call.say(JSON.stringify(found));
    else for (const one of found) call.say(`${markOf(one)}  ${one.check}: ${one.detail}`);
    return found.every(({ ok }) => ok) ? 0 : 1;
  },
};

const markOf = ({ ok, check }: Finding): string =>
  ok ? 'ok  ' : check === 'database' ? 'FAIL' : 'LOOK';

const examineAll = (call: CommandCall): Promise<Finding[]> =>
  withKit(call, async (kit) => {
    const book = await call.openBook(kit);
    await addAccountsFromSettings(kit, book);
    return examine(kit, book, {
      officialAccounts: openOfficialAccounts({ ...kit, hostsOf: ({ id }) => book.hostsOf(id) }),
      wecom: openWeCom({ ...kit, apiOf: ({ id }) => book.weComApiOf(id) }),
    });
  });

/** Opens only what stands beside the database. */
async function examineRest({ settings }: CommandCall, why: string): Promise<Finding[]> {
  const clock = new WorldClock();
  const cache = settings.redisUrl
    ? openRedisCache(settings.redisUrl, () => undefined)
    : openMemoryCache(clock);
  const http = openHttpClient();
  try {
    return await examineWithoutDatabase({ settings, clock, cache, http }, why);
  } finally {
    await cache.close();
    http.close();
  }
}
