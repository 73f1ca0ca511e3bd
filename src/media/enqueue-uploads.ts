import type { Raw, Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { enqueue } from '../kernel/work';

export const uploadKind = 'upload-media';

/** A file of the library, and the account that needs it. */
export type Pair = { readonly itemId: string; readonly accountId: string };

/** One row a pair, however often it is asked for. */
export async function enqueueUploads(
  kit: Pick<Kit, 'newId' | 'clock'>,
  at: Tx | Raw,
  pairs: readonly Pair[],
): Promise<void> {
  await enqueue(
    at,
    pairs.map(({ itemId, accountId }) => ({
      ...{ id: kit.newId(), kind: uploadKind, accountId, payload: { itemId, accountId } },
      ...{ dedupeKey: `${itemId}:${accountId}`, priority: 3 },
      ...{ dueAt: kit.clock.business(), createdAt: kit.clock.system() },
    })),
  );
}
