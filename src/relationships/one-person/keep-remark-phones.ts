import { execute, insertRows, marksFor, select, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { phoneFrom } from './phone';

/** The numbers one rep has noted on one contact, as WeCom says now. */
export type PhonesRead = {
  readonly identityId: string;
  readonly userId: string;
  readonly mobiles: readonly string[];
};

type Row = { id: string; identityId: string; phone: string; heldBy: string };

const keyOf = (row: Omit<Row, 'id'>) => `${row.identityId} ${row.heldBy} ${row.phone}`;

/** What a rep notes is a hint and joins nobody: numbers are noted wrongly, and shared in families. */
export async function keepRemarkPhones(
  kit: Pick<Kit, 'clock' | 'newId'>,
  tx: Tx,
  reads: readonly PhonesRead[],
): Promise<void> {
  const ids = [...new Set(reads.map(({ identityId }) => identityId))];
  if (ids.length === 0) return;
  const known = await select<Row>(
    tx,
    `SELECT id, identityId, phone, heldBy FROM identity_phone
     WHERE heldBy <> '' AND identityId IN (${marksFor(ids)})`,
    ids,
  );
  const told = reads.flatMap(({ identityId, userId: heldBy, mobiles }) =>
    [...new Set(mobiles.flatMap((mobile) => phoneFrom(mobile) ?? []))].map((phone) => ({
      ...{ identityId, phone, heldBy },
    })),
  );
  const had = new Set(known.map(keyOf));
  const fresh = told.filter((row) => !had.has(keyOf(row)));
  await insertRows(
    tx,
    'identity_phone',
    fresh.map((row) => ({
      ...{ id: kit.newId(), ...row, notedBy: row.heldBy, at: kit.clock.business() },
    })),
    { onConflict: ['identityId', 'phone', 'heldBy'] },
  );
  // Only of the reps who were read: a page tells of one of them at a time.
  const readers = new Set(reads.map(({ identityId, userId }) => `${identityId} ${userId}`));
  const now = new Set(told.map(keyOf));
  const gone = known.filter(
    (row) => readers.has(`${row.identityId} ${row.heldBy}`) && !now.has(keyOf(row)),
  );
  if (gone.length === 0) return;
  const goneIds = gone.map(({ id }) => id);
  await execute(tx, `DELETE FROM identity_phone WHERE id IN (${marksFor(goneIds)})`, goneIds);
}
