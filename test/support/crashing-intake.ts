/**
 * Takes a few messages at once with a handler that some of them kill the process with, and says what became of
 * the others: `DATA_DIR=… [DATABASE_URL=…] tsx crashing-intake.ts hello poison …`
 */
import 'reflect-metadata';
import { CrashWatch, Intake, type EventHandler } from '../../src/intake';
import { silentLog } from '../../src/kernel/log';
import { readSettings } from '../../src/kernel/settings';
import { openKit } from '../../src/open-kit';

const deadly: EventHandler = (event) => {
  if (event.kind !== 'text') return undefined;
  if (event.text.startsWith('poison')) process.kill(process.pid, 'SIGKILL');
  return { reply: { kind: 'text', text: event.text } };
};

async function main(): Promise<void> {
  const settings = readSettings();
  const kit = await openKit(settings, silentLog);
  const watch = await CrashWatch.open(kit, settings.dataDir);
  const intake = new Intake(kit, [deadly], watch);
  const accountId = '01ACCOUNT00000000000000000';
  const taken = await Promise.all(
    process.argv.slice(2).map((text) =>
      intake.take({
        accountId,
        appId: 'wx1',
        dedupeKey: text,
        laneKey: `${accountId}:o-${text}`,
        openid: `o-${text}`,
        at: 1_000,
        kind: 'text',
        text,
        messageId: text,
      }),
    ),
  );
  process.stdout.write(JSON.stringify(taken.map(({ reply }) => reply ?? null)));
  watch.close();
  await kit.closeKit();
}

void main();
