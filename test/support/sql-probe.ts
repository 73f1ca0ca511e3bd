import { createConnection } from 'mysql2/promise';
import Database from 'libsql';

/** Reads the product's database from outside, as an auditor would: its own connection, nothing of ours between. */
export type SqlProbe = {
  all<T>(sql: string, params?: (string | number)[]): Promise<T[]>;
};

export function probeFile(file: string): SqlProbe {
  return {
    all: <T>(sql: string, params: (string | number)[] = []) => {
      const db = new Database(file, { timeout: 5_000 });
      try {
        db.exec('PRAGMA query_only = ON');
        return Promise.resolve(db.prepare(sql).all(params) as T[]);
      } finally {
        db.close();
      }
    },
  };
}

export function probeServer(url: string): SqlProbe {
  return {
    all: async <T>(sql: string, params: (string | number)[] = []) => {
      const connection = await createConnection({ uri: url, decimalNumbers: true });
      try {
        const [rows] = await connection.query(sql, params);
        return rows as T[];
      } finally {
        connection.destroy();
      }
    },
  };
}
