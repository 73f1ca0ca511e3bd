import { isMessage, type InboundEvent } from '../channels/inbound-event';
import { execute, insertRows, select, type Raw } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { enqueue } from '../kernel/work';
import type { Changes, KnownFollower } from '../relationships';
import { greetingJob, listingJob, readingJob } from './kf-jobs';

type Part = Pick<Kit, 'clock' | 'newId' | 'work'>;
type Heard = {
  changes?: Changes;
  effect?: (raw: Raw) => Promise<void>;
  afterCommit?: () => void;
};

/** `attended` of a customer whom staff answer in WeCom itself: the bot is silent, and so are we. */
export const elsewhere = 'elsewhere' as const;

/** What WeChat customer service tells, in the event's own transaction. Words of customers only say where they were said. */
export function kfNews(kit: Part, event: InboundEvent, state: KnownFollower): Heard | undefined {
  const ring = () => kit.work.ring(0, 0);
  const now = kit.clock.business();
  const job = { id: kit.newId(), createdAt: kit.clock.system() };
  if (isMessage(event)) {
    return event.kf ? { effect: (raw) => keepChat(raw, event, state.id) } : undefined;
  }
  switch (event.kind) {
    case 'kf-messages-waiting': {
      const { accountId, kfId, token, at, dedupeKey } = event;
      const reading = readingJob({ accountId, kfId, token, at }, now, dedupeKey);
      return { effect: (raw) => enqueue(raw, [{ ...reading, ...job }]), afterCommit: ring };
    }
    case 'kf-accounts-changed':
      return {
        effect: (raw) => enqueue(raw, [{ ...listingJob(event.accountId, now), ...job }]),
        afterCommit: ring,
      };
    case 'kf-entered':
      return { changes: entered(event, state, now), afterCommit: ring };
    case 'kf-servicer-said':
      return { changes: servicerSaid(event) };
    case 'kf-session-changed':
      return { changes: sessionChanged(event, state) };
    case 'kf-recalled':
      return { effect: (raw) => markRecalled(raw, state.id, event.recalledId) };
    default:
      return undefined;
  }
}

type About<Kind extends InboundEvent['kind']> = Extract<InboundEvent, { kind: Kind }>;

function entered(event: About<'kf-entered'>, state: KnownFollower, now: number): Changes {
  const { accountId, agentId, kfId, at, scene, welcomeCode: code } = event;
  return {
    set: { lastActiveAt: Math.max(at, state.lastActiveAt ?? 0) },
    timeline: [{ at, kind: 'kf-entered', params: { kfId, ...(scene ? { scene } : {}) } }],
    ...(code && {
      work: [greetingJob({ accountId, agentId, kfId, identityId: state.id, code, at }, now)],
    }),
  };
}

function servicerSaid(event: About<'kf-servicer-said'>): Changes {
  const { at, kfId, userId, name, messageId, messageKind, text, mediaId } = event;
  const params = {
    ...{ by: 'operator', operatorId: '', operator: name, userId, messageKind, text },
    ...{ kfId, messageId, ...(mediaId ? { mediaId } : {}) },
  };
  return { timeline: [{ at, kind: 'message-out', params }] };
}

/** Somebody who already waits for us, or whom one of ours has, stays ours until one of us says otherwise. */
function sessionChanged(event: About<'kf-session-changed'>, state: KnownFollower): Changes {
  const { at, to, name, userId } = event;
  const isElsewhere = state.attended === elsewhere;
  const attended = to === 'person' ? (state.attended ?? elsewhere) : isElsewhere ? null : undefined;
  const params = { what: to === 'person' ? 'elsewhere' : 'ended', operator: name, userId };
  return {
    set: attended === undefined ? {} : { attended },
    timeline: [{ at, kind: 'conversation', params }],
  };
}

async function keepChat(
  raw: Raw,
  { accountId, kf }: Pick<About<'text'>, 'accountId' | 'kf'>,
  identityId: string,
): Promise<void> {
  if (!kf) return;
  const { kfId, agentId } = kf;
  await insertRows(raw, 'kf_chat', [{ identityId, accountId, kfId, agentId }], {
    onConflict: ['identityId'],
    update: ['kfId', 'agentId'],
  });
}

/** A message can be taken back for minutes: it is among the last ones. */
async function markRecalled(raw: Raw, identityId: string, recalledId: string): Promise<void> {
  const rows = await select<{ id: string; params: string }>(
    raw,
    `SELECT id, params FROM timeline_entry WHERE identityId = ? AND kind IN ('message-in', 'message-out')
     ORDER BY at DESC, id DESC LIMIT 50`,
    [identityId],
  );
  for (const { id, params } of rows) {
    const told = JSON.parse(params) as Record<string, unknown>;
    if (told['messageId'] !== recalledId) continue;
    const after = JSON.stringify({ ...told, recalled: true });
    await execute(raw, `UPDATE timeline_entry SET params = ? WHERE id = ?`, [after, id]);
  }
}
