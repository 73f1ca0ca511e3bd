import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { AccountBook } from './accounts';
import { commands, type Command } from './commands';
import { openLog } from './kernel/log';
import { readSettings } from './kernel/settings';
import { sayFailure } from './say-failure';

/** Exit codes: 0 fine, 1 failed, 2 wrong usage. */
export async function runCli(args: readonly string[]): Promise<void> {
  const [name = '--help', ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(overview());
    return;
  }
  const command = commands.find((one) => one.name === name);
  if (!command) {
    process.stderr.write(`guanxi: no command ${name}\n\n${overview()}`);
    process.exitCode = 2;
    return;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(`${command.usage}\n\n  ${command.summary}\n  --json   machine output\n`);
    return;
  }
  process.exitCode = await runCommand(command, rest);
}

async function runCommand(command: Command, args: string[]): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, ...command.options },
    });
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${command.usage}\n`);
    return 2;
  }
  try {
    const settings = readSettings();
    const log = openLog({ level: 'warn', readable: true });
    return await command.run({
      settings,
      log,
      words: parsed.positionals,
      values: parsed.values,
      isJson: parsed.values['json'],
      openBook: (kit) => AccountBook.open(kit),
      say: (line) => process.stdout.write(`${line}\n`),
    });
  } catch (error) {
    process.stderr.write(`${sayFailure(error)}\n`);
    return 1;
  }
}

function overview(): string {
  const width = Math.max(...commands.map((command) => command.name.length)) + 2;
  const lines = commands.map((command) => `  ${command.name.padEnd(width)}${command.summary}`);
  return `guanxi <command> [options]\n\n${lines.join('\n')}\n\nEvery command has --help and --json.\n`;
}
