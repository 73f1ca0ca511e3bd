import { join } from 'node:path';
import Database from 'libsql';
import type { BuiltServer } from './browser';
import { hostileText, scriptPayloads } from './script-payloads';

type Value = string | number | null;
export type BookRow = Record<string, Value>;
type ColumnInfo = { name: string; type: string; notnull: number; dflt_value: unknown };

const written = /[\u3400-\u9fff]/;
/** What is read by the rules and never shown as it is, and what is a template: those refuse nonsense themselves. */
const spared = new Set(['reply_rule.keywords', 'segment.rule', 'campaign.message']);
/** Shown as they are, so that even double braces are only text. */
const plain = /name|title|remark|notice|sample|phrasing|question/i;
/** Sent back by pages that ask how good it is, which nobody answers for more than 200 characters. */
const short = /phrasing|question|sample/;
const withoutBraces = scriptPayloads.filter((payload) => !payload.includes('{{'));

/** The product's file, written from outside in ways that no API would take. */
export class RewrittenBooks {
  private readonly db: InstanceType<typeof Database>;
  private serial = 0;

  constructor(dataDir: string) {
    this.db = new Database(join(dataDir, 'guanxi.db'), { timeout: 10_000 });
  }

  rows(sql: string, ...params: Value[]): BookRow[] {
    return this.db.prepare(sql).all(params) as BookRow[];
  }

  one(sql: string, ...params: Value[]): BookRow {
    const [row] = this.rows(sql, ...params);
    if (!row) throw new Error(`nothing: ${sql}`);
    return row;
  }

  /** An id as all of them are, older than every other. */
  newId(): string {
    this.serial += 1;
    return `00${String(this.serial).padStart(24, '0')}`;
  }

  /** One row after the other; what must be there and is not given is 0 or empty. */
  add(table: string, rows: Iterable<BookRow>): void {
    const columns = this.columnsOf(table);
    const names = columns.map(({ name }) => `"${name}"`).join(', ');
    const marks = columns.map(() => '?').join(', ');
    const insert = this.db.prepare(`INSERT INTO "${table}" (${names}) VALUES (${marks})`);
    this.db.exec('BEGIN IMMEDIATE');
    for (const row of rows) {
      insert.run(
        columns.map(({ name, type, notnull }) => {
          const value = row[name];
          if (value !== undefined) return value;
          if (notnull === 0) return null;
          return /INT/i.test(type) ? 0 : '';
        }),
      );
    }
    this.db.exec('COMMIT');
  }

  /** Whatever a person wrote, in every table and inside of what is kept as JSON, is scripts now, all of them in a few rows. */
  makeHostile(): number {
    const tables = this.rows(`SELECT name FROM sqlite_master WHERE type = 'table'`);
    let changed = 0;
    this.db.exec('BEGIN IMMEDIATE');
    for (const { name } of tables) changed += this.makeTableHostile(String(name));
    this.db.exec('COMMIT');
    return changed;
  }

  close(): void {
    this.db.close();
  }

  private makeTableHostile(table: string): number {
    const columns = this.columnsOf(table).filter(
      ({ name, type }) => /CHAR|TEXT/i.test(type) && !spared.has(`${table}.${name}`),
    );
    let changed = 0;
    for (const { name } of columns) {
      const payloads = plain.test(name) ? scriptPayloads : withoutBraces;
      const update = this.db.prepare(`UPDATE "${table}" SET "${name}" = ? WHERE rowid = ?`);
      const rows = this.rows(`SELECT rowid AS place, "${name}" AS value FROM "${table}"`);
      for (const { place, value } of rows) {
        if (typeof value !== 'string' || !written.test(value)) continue;
        const isShort = short.test(name);
        const next = (): string => {
          changed += 1;
          const text = hostileText(changed, isShort ? 2 : 10, payloads);
          // Every text stays different from every other, as names must.
          return `${text} ${changed}`;
        };
        update.run([rewrite(value, next), place]);
      }
    }
    return changed;
  }

  private columnsOf(table: string): ColumnInfo[] {
    return this.db.prepare(`PRAGMA table_info("${table}")`).all([]) as ColumnInfo[];
  }
}

/** Writes while nobody serves them. */
export async function rewriteBooks(
  { process: server, dataDir }: BuiltServer,
  write: (books: RewrittenBooks) => void,
): Promise<void> {
  await server.kill();
  const books = new RewrittenBooks(dataDir);
  write(books);
  books.close();
  await server.start();
}

function rewrite(value: string, hostile: () => string): string {
  const inside = (part: unknown): unknown => {
    if (typeof part === 'string') return written.test(part) ? hostile() : part;
    if (Array.isArray(part)) return part.map(inside);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, one]) => [key, inside(one)]));
  };
  if (!/^[[{]/.test(value)) return hostile();
  try {
    return JSON.stringify(inside(JSON.parse(value)));
  } catch {
    return hostile();
  }
}
