import type { OpenDatabase } from './open';

const lockName = `CONCAT('guanxi-', SHA1(DATABASE()))`;
const longestWaitSeconds = 300;

/** Brings the tables up to date. Of several processes that start at once, one does it and the others wait. */
export async function migrate({ engine, writer }: OpenDatabase): Promise<void> {
  if (engine === 'sqlite') {
    await writer.runMigrations();
    return;
  }
  const holder = writer.createQueryRunner();
  try {
    const locked = `SELECT GET_LOCK(${lockName}, ${longestWaitSeconds}) AS held`;
    const [row] = (await holder.query(locked)) as { held: number | null }[];
    if (Number(row?.held) !== 1)
      throw new Error('another process is still migrating this database');
    await writer.runMigrations();
  } finally {
    await holder.query(`SELECT RELEASE_LOCK(${lockName})`).catch(() => undefined);
    await holder.release();
  }
}
