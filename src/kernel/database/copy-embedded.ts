import { EmbeddedDatabase } from './embedded-driver';

/** A whole and consistent copy in one new file; a server may go on writing meanwhile. */
export function copyEmbedded(source: string, file: string): void {
  const database = new EmbeddedDatabase(source);
  try {
    database.exec('PRAGMA busy_timeout = 5000');
    database.exec(`VACUUM INTO '${file.replaceAll("'", "''")}'`);
  } finally {
    database.close();
  }
}
