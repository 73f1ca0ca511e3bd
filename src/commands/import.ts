import { createReadStream, existsSync } from 'node:fs';
import { importFaqs } from '../replies';
import { operatorAtTheShell, withWorld, wrongUsage, type Command } from './command';
import { kinds, type Kind } from './export-rows';
import { importLines, personTaker, ruleTaker, type Imported } from './import-rows';

const largestFile = 1_000_000_000;

export const importCommand: Command = {
  name: 'import',
  usage: 'guanxi import <people|rules|faqs> <file>',
  summary:
    'Take up lines of JSON as `export` writes them; nothing is deleted. People are found by openid: remark, fields, tags',
  options: {},
  run: async (call) => {
    const [kind, file] = call.words;
    if (!kinds.includes(kind as Kind) || file === undefined) return wrongUsage(call, importCommand);
    if (!existsSync(file)) {
      call.say(call.isJson ? JSON.stringify({ reason: 'no such file' }) : `no file ${file}`);
      return 1;
    }
    return withWorld(call, async (kit, { operations }) => {
      const done: Imported =
        kind === 'faqs'
          ? await takeFaqs(kit, file)
          : await importLines(
              file,
              kind === 'rules' ? await ruleTaker(operations) : personTaker(operations),
            );
      if (call.isJson) call.say(JSON.stringify(done));
      else {
        for (const { line, reason } of done.rejected.slice(0, 100))
          call.say(`line ${line}: ${reason}`);
        const { imported, updated, unchanged, rejected } = done;
        call.say(
          `${imported} new, ${updated} changed, ${unchanged} the same, ${rejected.length} not taken`,
        );
      }
      return done.rejected.length === 0 ? 0 : 1;
    });
  },
};

async function takeFaqs(kit: Parameters<typeof importFaqs>[0], file: string): Promise<Imported> {
  const upload = createReadStream(file);
  const { imported, updated, rejected } = await importFaqs(
    kit,
    operatorAtTheShell,
    upload,
    largestFile,
  );
  return {
    imported,
    updated,
    unchanged: 0,
    rejected: rejected.map(({ line, code }) => ({ line, reason: code })),
  };
}
