import type { Scalar } from '../kernel/database';
import type { NewId } from '../kernel/ids';
import type { DeliveryState } from './delivery.entity';
import type { Outcome } from './outcome';

/** The columns an outcome decides. */
export const settled = [
  'state',
  'reason',
  'errcode',
  'platformMessageId',
  'leaseBy',
  'leaseUntil',
  'firstSentAt',
  'sentAt',
  'receiptAt',
  'dueAt',
] as const;

type SettledRow = Record<(typeof settled)[number], Scalar> & {
  runId: string;
  identityId: string;
  accountId: string;
  tries: number;
  state: DeliveryState;
  platformMessageId: string | null;
};

/** The delivery as its outcome leaves it. */
export function rowAfter({ claimed, verdict, at }: Outcome): SettledRow {
  const row: SettledRow = {
    runId: claimed.run.id,
    identityId: claimed.identityId,
    accountId: claimed.accountId,
    state: 'sent',
    reason: null,
    errcode: null,
    platformMessageId: null,
    tries: claimed.tries,
    leaseBy: null,
    leaseUntil: null,
    firstSentAt: claimed.firstSentAt,
    sentAt: null,
    receiptAt: null,
    dueAt: claimed.dueAt,
  };
  if (verdict.kind === 'sent') {
    return { ...row, platformMessageId: verdict.messageId, sentAt: at };
  }
  const why = { reason: verdict.reason, errcode: verdict.errcode };
  if (verdict.kind === 'ended') return { ...row, ...why, state: verdict.state };
  const dueAt = at + verdict.afterMs;
  return verdict.inDoubt
    ? { ...row, ...why, state: 'sending', dueAt }
    : { ...row, ...why, state: 'queued', dueAt, firstSentAt: null };
}

/** What the person's timeline is told; being skipped is no event of theirs. */
export function timelineOf(world: { newId: NewId }, outcomes: readonly Outcome[]) {
  return outcomes.flatMap(({ claimed, verdict, at }) => {
    const told =
      verdict.kind === 'sent' ? 'sent' : verdict.kind === 'ended' ? verdict.state : undefined;
    const { run, identityId, accountId } = claimed;
    if (told === undefined || told === 'skipped' || run.channel !== 'template') return [];
    const params = {
      campaignId: run.campaignId,
      runId: run.id,
      deliveryId: `${run.id}.${identityId}`,
      title: run.title,
      outcome: told,
      ...(verdict.kind === 'ended' ? { reason: verdict.reason } : {}),
    };
    return [
      {
        id: world.newId(),
        identityId,
        accountId,
        at,
        kind: 'template-sent',
        params: JSON.stringify(params),
        refKind: 'send-run',
        refId: run.id,
      },
    ];
  });
}
