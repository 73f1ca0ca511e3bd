import { createHash } from 'node:crypto';
import { recordChange, type Actor } from '../kernel/access';
import { execute, insertOnce, select, type Tx } from '../kernel/database';
import { AppError, Conflict } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { writeBytes } from './file-pieces';
import type { FileKind } from './media-item.entity';
import { recogniseFile } from './recognise-file';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'versions' | 'settings'>;

/** An upload that broke off is forgotten after so long. */
const halfUploadMs = 3_600_000;

export type Upload = {
  readonly bytes: Buffer;
  readonly name: string;
  readonly scope: string;
  readonly wanted?: 'thumb' | undefined;
};

/**
 * Keeps a file by its content: the same bytes a second time are the file that is there already. The bytes go
 * into the database, so that every process and every backup has them (ADR 0019).
 */
export async function takeUpload(
  kit: Part,
  actor: Actor,
  upload: Upload,
): Promise<{ id: string; isNew: boolean }> {
  const file = recogniseFile(upload.bytes, upload.wanted);
  if (typeof file === 'string') throw new AppError(422, file);
  const sha256 = createHash('sha256').update(file.content).digest('hex');
  const key = { scope: upload.scope, kind: file.kind, sha256 };
  const { mime, width, height, seconds } = file;
  const id = kit.newId();
  const row = {
    ...{ id, ...key, name: nameOf(upload.name), mime, byteCount: file.content.length },
    ...{ width, height, seconds, card: null, state: 'arriving' },
    ...{ createdAt: kit.clock.business(), createdBy: actor.name },
  };
  const known = await kit.db.transact(async (tx) => {
    const isOurs = await insertOnce(tx, 'media_item', row, ['scope', 'kind', 'sha256']);
    if (!isOurs) return existing(tx, key, kit.clock.business());
    await refuseBeyond(tx, upload.scope, kit.settings.mediaMbPerAccount);
    return undefined;
  });
  if (known?.state === 'ready') return { id: known.id, isNew: false };
  if (known) throw new Conflict('media_arriving');
  await writeBytes(kit.db, id, file.content);
  await kit.db.transact(async (tx) => {
    await execute(tx, `UPDATE media_item SET state = 'ready' WHERE id = ?`, [id]);
    await kit.versions.bump(tx, 'media');
    await recordChange(tx, actor, {
      ...{ id: kit.newId(), at: kit.clock.system(), action: 'media.added' },
      ...{ targetKind: 'media', targetId: id },
      after: { name: row.name, kind: key.kind, bytes: row.byteCount, sha256 },
    });
  });
  await kit.versions.check(true);
  return { id, isNew: true };
}

/** The row of the upload is counted already, so that two at once do not both fit into the last place. */
async function refuseBeyond(tx: Tx, scope: string, megabytes: number): Promise<void> {
  const [row] = await select<{ bytes: number | string | null }>(
    tx,
    `SELECT SUM(byteCount) AS bytes FROM media_item WHERE scope = ?`,
    [scope],
  );
  if (Number(row?.bytes ?? 0) <= megabytes * 1_048_576) return;
  throw new AppError(422, 'media_quota', { n: megabytes });
}

type Key = { scope: string; kind: FileKind; sha256: string };

/** A leftover of an upload that broke off makes room for the next one. */
async function existing(tx: Tx, key: Key, now: number) {
  const [row] = await select<{ id: string; state: string; createdAt: number }>(
    tx,
    `SELECT id, state, createdAt FROM media_item WHERE scope = ? AND kind = ? AND sha256 = ?`,
    [key.scope, key.kind, key.sha256],
  );
  if (row?.state === 'arriving') await forgetHalfUploads(tx, now);
  return row;
}

export async function forgetHalfUploads(tx: Tx, now: number): Promise<void> {
  const halves = await select<{ id: string }>(
    tx,
    `SELECT id FROM media_item WHERE state = 'arriving' AND createdAt < ?`,
    [now - halfUploadMs],
  );
  for (const { id } of halves) {
    await execute(tx, `DELETE FROM media_piece WHERE itemId = ?`, [id]);
    await execute(tx, `DELETE FROM media_item WHERE id = ?`, [id]);
  }
}

/** A name is a label and nothing else: without folders, controls and what turns text around. */
export function nameOf(given: string): string {
  const last = given.split(/[\\/]/).pop() ?? '';
  const plain = last
    .replace(/[\p{Cc}\p{Cf}\p{Surrogate}]/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
  return Array.from(plain).slice(0, 100).join('') || 'file';
}
