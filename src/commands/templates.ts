import { resolve } from 'node:path';
import { checkTemplates, importTemplates, readTemplates } from '../replies';
import { exportTemplates } from './export-templates';
import {
  operatorAtTheShell,
  withKit,
  withWorld,
  wrongUsage,
  type Command,
  type CommandCall,
} from './command';

export const templates: Command = {
  name: 'templates',
  usage: 'guanxi templates <check|import|export> [folder] [--app-id wx…]',
  summary:
    'Check a folder of replies, questions and conversations, import it, or write what is here into a new one',
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
    if (verb === 'export') return runExport(call, call.words[1]);
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

function runExport(call: CommandCall, folder: string | undefined): Promise<number> {
  if (folder === undefined) return Promise.resolve(wrongUsage(call, templates));
  const appId = call.values['app-id'];
  return withWorld(call, async (kit, { operations }) => {
    const wanted = typeof appId === 'string' ? appId : undefined;
    const done = await exportTemplates(kit, operations, resolve(folder), wanted);
    call.say(
      call.isJson
        ? JSON.stringify(done)
        : `${done.rules} rules and ${done.faqs} questions in ${folder}`,
    );
    return 0;
  });
}
