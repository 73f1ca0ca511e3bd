import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  countChanges,
  diffTemplates,
  exportTemplates,
  importTemplates,
  readTemplates,
  schemaText,
  templateSchemas,
} from '../replies';
import { operatorAtTheShell, withKit, wrongUsage, type Command, type CommandCall } from './command';
import { checkFolders } from './check-folders';
import { sayChanges, sayCounts } from './say-templates';
import { oneFolder, resolveFolder } from './templates-folder';

export const templates: Command = {
  name: 'templates',
  usage: [
    'guanxi templates check  [--brand beauty | --folder replies]',
    '       guanxi templates test   [--brand … | --folder …]',
    '       guanxi templates diff   [--brand … | --folder …] [--app-id wx…]',
    '       guanxi templates import [--brand … | --folder …] [--app-id wx…] [--dry-run] [--overwrite]',
    '       guanxi templates export --folder new-folder [--app-id wx…]',
    '       guanxi templates schema [--folder schema]',
  ].join('\n'),
  summary: 'Replies, questions and conversations as files: check, play, compare, import, export',
  options: {
    brand: { type: 'string' },
    folder: { type: 'string' },
    'app-id': { type: 'string' },
    'dry-run': { type: 'boolean' },
    overwrite: { type: 'boolean' },
  },
  run: (call) => {
    const verb = verbs[call.words[0] ?? ''];
    return verb ? verb(call) : Promise.resolve(wrongUsage(call, templates));
  },
};

const verbs: Readonly<Record<string, (call: CommandCall) => Promise<number>>> = {
  check: (call) => checkFolders(call, false),
  test: (call) => checkFolders(call, true),
  diff: runDiff,
  import: runImport,
  export: runExport,
  schema: runSchema,
};

/** Undefined and said when the Official Account that was named is not here. */
async function withTarget(
  call: CommandCall,
  work: (kit: Parameters<typeof importTemplates>[0], accountId: string | null) => Promise<number>,
): Promise<number> {
  return withKit(call, async (kit) => {
    const appId = call.values['app-id'];
    if (typeof appId !== 'string') return work(kit, null);
    const account = (await call.openBook(kit)).findByPlatformId('official-account', appId);
    if (account) return work(kit, account.id);
    call.say(`no Official Account ${appId} here`);
    return 1;
  });
}

async function runDiff(call: CommandCall): Promise<number> {
  const folder = await oneFolder(call);
  if (folder === undefined) return 2;
  const read = await readTemplates(folder);
  return withTarget(call, async (kit, accountId) => {
    const changes = await diffTemplates(kit, read, accountId);
    const counts = countChanges(changes);
    if (call.isJson) call.say(JSON.stringify({ ...counts, changes }));
    else for (const line of [...sayChanges(changes), ...sayCounts(counts, 'would')]) call.say(line);
    return 0;
  });
}

async function runImport(call: CommandCall): Promise<number> {
  const folder = await oneFolder(call);
  if (folder === undefined) return 2;
  const read = await readTemplates(folder);
  const overwrite = call.values['overwrite'] === true ? 'all' : undefined;
  const isDry = call.values['dry-run'] === true;
  return withTarget(call, async (kit, accountId) => {
    const counts = isDry
      ? countChanges(await diffTemplates(kit, read, accountId), overwrite)
      : await importTemplates(kit, read, { actor: operatorAtTheShell, accountId, overwrite });
    const notTaken = [
      ...(read.menu ? ['the menu: publish it in the console'] : []),
      ...(read.messages.length > 0 ? ['messages: write them in a campaign'] : []),
      ...(accountId === null && (read.welcome ?? read.default)
        ? ['welcome and default: they belong to an account, name it with --app-id']
        : []),
    ];
    if (call.isJson) call.say(JSON.stringify({ ...counts, notTaken }));
    else {
      for (const line of sayCounts(counts, isDry ? 'would' : 'did')) call.say(line);
      for (const one of notTaken) call.say(`not imported: ${one}`);
    }
    return 0;
  });
}

async function runExport(call: CommandCall): Promise<number> {
  const named = call.values['folder'] ?? call.words[1];
  if (typeof named !== 'string') return wrongUsage(call, templates);
  const folder = resolveFolder(named);
  return withTarget(call, async (kit, accountId) => {
    const done = await exportTemplates(kit, folder, accountId);
    call.say(
      call.isJson
        ? JSON.stringify(done)
        : `${done.rules} rules and ${done.faqs} questions in ${named}`,
    );
    return 0;
  });
}

async function runSchema(call: CommandCall): Promise<number> {
  const named = call.values['folder'] ?? call.words[1];
  const folder = resolveFolder(typeof named === 'string' ? named : join('templates', 'schema'));
  await mkdir(folder, { recursive: true });
  const schemas = Object.entries(templateSchemas());
  for (const [name, schema] of schemas) await writeFile(join(folder, name), schemaText(schema));
  const files = schemas.map(([name]) => name);
  call.say(call.isJson ? JSON.stringify({ files }) : `${files.join(', ')} in ${folder}`);
  return 0;
}
