import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { withWorld, wrongUsage, type Command } from './command';
import { csvLine, kinds, rowsOf, type Kind } from './export-rows';

export const exportCommand: Command = {
  name: 'export',
  usage: 'guanxi export <people|rules|faqs> <file> [--format ndjson|csv]',
  summary: 'Write everybody, all rules or all questions into a new file, a row a line',
  options: { format: { type: 'string' } },
  run: async (call) => {
    const [kind, file] = call.words;
    const format = call.values['format'] ?? 'ndjson';
    const isKnown = kinds.includes(kind as Kind) && (format === 'ndjson' || format === 'csv');
    if (!isKnown || file === undefined) return wrongUsage(call, exportCommand);
    return withWorld(call, async (_kit, { operations }) => {
      const out = createWriteStream(file, { flags: 'wx', mode: 0o600 });
      // What goes wrong is thrown here, not out of the stream.
      await once(out, 'open');
      const write = async (line: string) => {
        if (!out.write(`${line}\n`)) await once(out, 'drain');
      };
      let rows = 0;
      for await (const row of rowsOf(operations, kind as Kind)) {
        if (format === 'csv' && rows === 0) await write(`\ufeff${csvLine(Object.keys(row))}`);
        await write(format === 'csv' ? csvLine(Object.values(row)) : JSON.stringify(row));
        rows += 1;
      }
      out.end();
      await once(out, 'finish');
      call.say(call.isJson ? JSON.stringify({ rows, file }) : `${rows} rows in ${file}`);
      return 0;
    });
  },
};
