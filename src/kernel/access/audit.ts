import { insertRows, type Tx } from '../database';
import type { Actor } from './permissions';

type Change = {
  id: string;
  /** System time, epoch ms. */
  at: number;
  /** Verb and noun: `reply-rule.created`. */
  action: string;
  targetKind: string;
  targetId: string;
  before?: unknown;
  after?: unknown;
};

const hidden = /secret|password|token|aesKey|apiV[23]Key|privateKey|hash/i;
const most = 20_000;

function kept(value: unknown): string | null {
  if (value === undefined) return null;
  const text = JSON.stringify(value, (key, inner: unknown) =>
    hidden.test(key) ? '[hidden]' : inner,
  );
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** Written in the transaction of the change: a change without its entry cannot be committed. */
export async function recordChange(tx: Tx, actor: Actor, change: Change): Promise<void> {
  const row = {
    id: change.id,
    at: change.at,
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name,
    action: change.action,
    targetKind: change.targetKind,
    targetId: change.targetId,
    valueBefore: kept(change.before),
    valueAfter: kept(change.after),
  };
  await insertRows(tx, 'audit_entry', [row]);
}
