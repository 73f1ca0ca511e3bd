import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { copyEmbedded } from '../kernel/database';
import { wrongUsage, type Command } from './command';

/** What MariaDB's own tool is told; it asks for the password. */
function dumpCommand(databaseUrl: string, file: string): string {
  const { hostname, port, username, pathname } = new URL(databaseUrl);
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  return [
    'mariadb-dump --single-transaction --quick --skip-lock-tables --default-character-set=utf8mb4',
    `--host=${quoted(hostname)} --port=${port || '3306'} --user=${quoted(decodeURIComponent(username))} --password`,
    `${quoted(decodeURIComponent(pathname.slice(1)))} > ${quoted(file)}`,
  ].join(' ');
}

export const backup: Command = {
  name: 'backup',
  usage: 'guanxi backup <file>',
  summary:
    'Copy the embedded database into one file while the server runs; for MariaDB it names the command that does it. Keep the master key apart',
  options: {},
  run: async (call) => {
    const [wanted] = call.words;
    if (wanted === undefined) return wrongUsage(call, backup);
    const file = resolve(wanted);
    const { databaseUrl, dataDir } = call.settings;
    if (databaseUrl !== undefined) {
      const command = dumpCommand(databaseUrl, file);
      call.say(
        call.isJson
          ? JSON.stringify({ backedUp: false, command })
          : `nothing was copied: MariaDB has its own tool for that. Run\n\n  ${command}\n`,
      );
      return 1;
    }
    const source = join(dataDir, 'guanxi.db');
    const refusal = !existsSync(source)
      ? `no database at ${source}`
      : existsSync(file)
        ? `${file} exists already`
        : undefined;
    if (refusal !== undefined) {
      call.say(call.isJson ? JSON.stringify({ backedUp: false, reason: refusal }) : refusal);
      return 1;
    }
    copyEmbedded(source, file);
    await chmod(file, 0o600);
    call.say(
      call.isJson
        ? JSON.stringify({ backedUp: true, file })
        : `copied to ${file}\nits secrets open only with ${join(resolve(dataDir), 'master.key')} or GUANXI_MASTER_KEY: keep that apart`,
    );
    return 0;
  },
};
