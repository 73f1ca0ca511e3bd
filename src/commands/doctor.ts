import { addAccountsFromSettings } from '../accounts';
import { openOfficialAccounts } from '../channels/official-account';
import { openWeCom } from '../channels/wecom';
import { withKit, type Command } from './command';
import { examine } from './examine';

export const doctor: Command = {
  name: 'doctor',
  usage: 'guanxi doctor',
  summary:
    'Check database, cache, clock, accounts with their credentials and allowed address, the way back from WeChat, and leftovers of a demo',
  options: {},
  run: (call) =>
    withKit(call, async (kit) => {
      const book = await call.openBook(kit);
      await addAccountsFromSettings(kit, book);
      const clients = {
        officialAccounts: openOfficialAccounts({ ...kit, hostsOf: ({ id }) => book.hostsOf(id) }),
        wecom: openWeCom({ ...kit, apiOf: ({ id }) => book.weComApiOf(id) }),
      };
      const found = await examine(kit, book, clients);
      if (call.isJson) call.say(JSON.stringify(found));
      else
        for (const one of found)
          call.say(`${one.ok ? 'ok  ' : 'LOOK'}  ${one.check}: ${one.detail}`);
      return found.every(({ ok }) => ok) ? 0 : 1;
    }),
};
