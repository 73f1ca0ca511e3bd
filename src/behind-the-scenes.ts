import type { AccountBook } from './accounts';
import type { InboundEvent } from './channels/inbound-event';
import type { CallbackStep } from './channels/official-account';
import type { Taken } from './intake';
import type { Changes } from './relationships';
import type { Replies } from './replies';

/**
 * For the sandbox's panel: where the milliseconds went, what was written, which rule won. It goes back in
 * a header of the answer, for accounts of the sandbox world and nobody else.
 */
export function behindTheScenes(book: AccountBook, replies: Replies) {
  const taken = new Map<string, Taken>();
  const keyOf = (event: InboundEvent) => `${event.accountId} ${event.dedupeKey}`;
  const isSandbox = (event: InboundEvent) => book.find(event.accountId)?.world === 'sandbox';
  return {
    remember: (event: InboundEvent, result: Taken): void => {
      if (!isSandbox(event)) return;
      taken.set(keyOf(event), result);
    },
    tell: (event: InboundEvent, steps: readonly CallbackStep[]): string | undefined => {
      const result = taken.get(keyOf(event));
      if (!result) return undefined;
      taken.delete(keyOf(event));
      const { because } = result;
      const story = {
        steps,
        written: result.isNew ? rowsWritten(result.changes) : [],
        isNew: result.isNew,
        ...(because
          ? { rule: { ...because, name: nameOf(replies, because.id) ?? because.name } }
          : {}),
      };
      return Buffer.from(JSON.stringify(story)).toString('base64url');
    },
  };
}

function nameOf({ book }: Replies, id: string): string | undefined {
  const rule = book.rules.rules.find((one) => one.rule.id === id)?.rule;
  return rule?.name ?? book.faqs.get(id)?.question;
}

/** By table; without changes the event could not be decided, and stands alone. */
function rowsWritten(changes: Changes | undefined): { table: string; rows: number }[] {
  if (!changes) return [{ table: 'inbound_event', rows: 1 }];
  const counts: [string, number][] = [
    ['inbound_event', 1],
    ['identity', 1],
    ['episode', changes.episodes?.length ?? 0],
    ['timeline_entry', changes.timeline?.length ?? 0],
    ['identity_tag', (changes.tags?.add?.length ?? 0) + (changes.tags?.remove?.length ?? 0)],
    ['job', changes.work?.length ?? 0],
  ];
  return counts.filter(([, rows]) => rows > 0).map(([table, rows]) => ({ table, rows }));
}
