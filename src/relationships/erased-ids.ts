import type { InboundEvent } from '../channels/inbound-event';
import { isMessage } from '../channels/inbound-event';
import { execute, insertRows, marksFor, select, type Raw, type Tx } from '../kernel/database';
import type { Seal } from '../kernel/seal';
import { pseudonymOf } from './follower-state';

export type ErasedOne = { readonly pseudonym: string; readonly erasedAt: number };

const digestOf = (seal: Seal, accountId: string, externalId: string) =>
  seal.fingerprint(`erased:${accountId}:${externalId}`);

/** From now on what others tell of this id is not written down. */
export async function hideErased(
  tx: Tx,
  seal: Seal,
  one: { accountId: string; externalId: string; identityId: string; erasedAt: number },
): Promise<void> {
  const { accountId, externalId, identityId, erasedAt } = one;
  const row = { digest: digestOf(seal, accountId, externalId), identityId, erasedAt };
  await insertRows(tx, 'erased_id', [row], {
    ...{ onConflict: ['digest'], update: ['identityId', 'erasedAt'] },
  });
}

/**
 * Who of these outside ids was erased. Asked only for ids nobody is known by, after their rows were locked: whoever
 * is known is not hidden.
 */
export async function erasedAmong(
  at: Raw | Tx,
  seal: Seal,
  accountId: string,
  externalIds: readonly string[],
): Promise<Map<string, ErasedOne>> {
  if (externalIds.length === 0) return new Map();
  const digests = externalIds.map((id) => [digestOf(seal, accountId, id), id] as const);
  const idOf = new Map(digests);
  const rows = await select<{ digest: string; identityId: string; erasedAt: number }>(
    at,
    `SELECT digest, identityId, erasedAt FROM erased_id WHERE digest IN (${marksFor(digests)})`,
    digests.map(([digest]) => digest),
  );
  return new Map(
    rows.map(({ digest, identityId, erasedAt }) => [
      idOf.get(digest) ?? '',
      { pseudonym: pseudonymOf(identityId), erasedAt },
    ]),
  );
}

/** They came back by themselves: an id like any other, and nothing ties it to who they were. */
export async function letBack(
  at: Raw | Tx,
  seal: Seal,
  accountId: string,
  externalIds: readonly string[],
): Promise<void> {
  if (externalIds.length === 0) return;
  await execute(
    at,
    `DELETE FROM erased_id WHERE digest IN (${marksFor(externalIds)})`,
    externalIds.map((id) => digestOf(seal, accountId, id)),
  );
}

/** WeChat tells times in whole seconds. */
const isSince = (at: number, { erasedAt }: ErasedOne): boolean =>
  at >= Math.floor(erasedAt / 1_000) * 1_000;

/**
 * Who of a list stays unwritten. `at` is when they last followed or were added: after they were erased they came back,
 * though no event told us.
 */
export async function stillHidden(
  tx: Tx,
  seal: Seal,
  accountId: string,
  unknown: readonly { readonly id: string; readonly at: number }[],
): Promise<ReadonlySet<string>> {
  const ids = unknown.map(({ id }) => id);
  const erased = await erasedAmong(tx, seal, accountId, ids);
  const back = unknown.filter(({ id, at }) => {
    const one = erased.get(id);
    return one && isSince(at, one);
  });
  for (const { id } of back) erased.delete(id);
  await letBack(
    tx,
    seal,
    accountId,
    back.map(({ id }) => id),
  );
  return new Set(erased.keys());
}

const ownActs: ReadonlySet<string> = new Set<InboundEvent['kind']>([
  ...(['followed', 'scanned', 'menu-tapped', 'location-chosen', 'pictures-chosen'] as const),
  ...(['contact-added', 'contact-half-added', 'kf-entered'] as const),
]);

/** What they did themselves and after they were erased; what is only told of them, or comes late, is not that. */
export const comesBack = (event: InboundEvent, erased: ErasedOne): boolean =>
  (isMessage(event) || ownActs.has(event.kind)) && isSince(event.at, erased);
