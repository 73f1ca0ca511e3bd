import {
  isMessage,
  type InboundEvent,
  type KfOrigin,
  type OutgoingMessage,
  type Reply,
} from '../channels/inbound-event';
import { spendWindow } from '../channels/official-account';
import type { Attention } from '../conversations';
import { decide, type Decision, type EventHandler } from '../intake';
import type { Raw } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { elsewhere, kfReplyOf, movingJob } from '../kf';
import { windowsOf, type Changes, type KnownFollower } from '../relationships';
import { readOptOut } from '../replies';
import { queueMessage, type KfRunMessage, type Sending } from '../sending';

type Part = Pick<Kit, 'clock' | 'newId' | 'work'>;
type Decided = ReturnType<typeof decide>;

export const kfOriginOf = (event: InboundEvent): KfOrigin | undefined =>
  isMessage(event) ? event.kf : undefined;

/** What is said in customer service, as the ledger keeps it; undefined for what has no form there. */
export function inKf(
  { kfId, agentId }: Pick<KfOrigin, 'kfId' | 'agentId'>,
  said: Reply | OutgoingMessage,
): KfRunMessage | undefined {
  const message = kfReplyOf(said);
  return message && { type: 'kf', kfId, agentId, message };
}

/** For handlers that answer a callback: customer service is answered by messages of its own. */
export const notInKf =
  (handler: EventHandler): EventHandler =>
  (event, state) =>
    kfOriginOf(event) === undefined ? handler(event, state) : undefined;

/**
 * The same answers in WeChat customer service: decided by the same handlers, queued in the send ledger in the
 * transaction of the message, and paid from the customer's window.
 */
export function speakInKf(
  kit: Part,
  sending: Sending,
  conversations: Attention,
  handlers: readonly EventHandler[],
): EventHandler {
  return (event, state) => {
    const kf = kfOriginOf(event);
    if (kf === undefined || kf.late === 'history') return undefined;
    if (kf.late === 'missed' && !isOptOut(event)) return missed(conversations, event, state);
    const decided = decide(handlers, event, state);
    const { reply, changes } = decided;
    if (reply?.kind === 'transfer-to-agent') return moved(kit, event, kf, decided, state);
    const message = reply && inKf(kf, reply);
    const left = message && spendWindow(windowsOf(decided.after), kit.clock.business());
    if (!message || !left) return { ...silent(decided), changes: unsaid(changes) };
    const id = kit.newId();
    const { accountId } = event;
    return {
      ...silent(decided),
      changes: said(changes, id, JSON.stringify(left)),
      effect: async (raw) => {
        await runAll(raw, decided);
        await queueMessage(raw, {
          ...{ id, accountId, identityId: state.id, origin: 'reply', title: '' },
          message,
          at: kit.clock.business(),
        });
      },
      afterCommit: () => {
        for (const after of decided.afterCommit) after();
        sending.ring();
      },
    };
  };
}

const isOptOut = (event: InboundEvent) =>
  event.kind === 'text' && readOptOut(event.text) !== undefined;

/** Too late for the bot: a person sees that somebody waited. */
function missed(
  conversations: Attention,
  event: InboundEvent,
  state: KnownFollower,
): Decision | undefined {
  const asksForPerson = { by: 'default', handOff: true, params: {} } as const;
  const handedOff = conversations.handOff(asksForPerson, event, state);
  return handedOff && { changes: handedOff.changes, effect: handedOff.effect };
}

/** To WeCom's own staff: the bot is silent from now on. */
function moved(
  kit: Part,
  { accountId, openid: externalUserId }: InboundEvent,
  { kfId, agentId }: KfOrigin,
  decided: Decided,
  { id: identityId }: KnownFollower,
): Decision {
  const job = movingJob(
    { accountId, agentId, kfId, identityId, externalUserId },
    kit.clock.business(),
  );
  const { changes } = decided;
  return {
    ...silent(decided),
    changes: {
      ...changes,
      set: { ...changes.set, attended: elsewhere },
      work: [...(changes.work ?? []), job],
    },
    afterCommit: () => kit.work.ring(0, 1),
  };
}

/** All that was decided but the reply, which a callback would carry. */
const silent = (decided: Decided): Decision => ({
  changes: decided.changes,
  later: decided.later,
  because: decided.because,
  effect: (raw) => runAll(raw, decided),
  afterCommit: () => {
    for (const after of decided.afterCommit) after();
  },
});

async function runAll(raw: Raw, { effects }: Decided): Promise<void> {
  for (const effect of effects) await effect(raw);
}

/** The thread shows what became of the message. */
const said = (changes: Changes, runId: string, windows: string): Changes => ({
  ...changes,
  set: { ...changes.set, windows },
  timeline: (changes.timeline ?? []).map((entry) =>
    entry.kind === 'message-out' ? { ...entry, refKind: 'send-run', refId: runId } : entry,
  ),
});

const unsaid = (changes: Changes): Changes => ({
  ...changes,
  timeline: (changes.timeline ?? []).filter(({ kind }) => kind !== 'message-out'),
});
