import { createHash } from 'node:crypto';
import { DateTime } from 'luxon';
import type { InboundEvent, Reply } from '../channels/inbound-event';
import { insertRows } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { text, type Locale } from '../kernel/text';
import type { LateAnswers } from './late-replies';
import type { ExplainedHit, RedPacketLedger, Refusal } from '../red-packets';
import type { Actions, Answered, PacketsOfRules } from '../replies';
import { queueMore } from './rule-actions';

/** The kind of the late answer. */
const packetKind = 'red-packet';
type Payload = { readonly identityId: string; readonly answered: Answered };
type Part = Pick<Kit, 'db' | 'clock' | 'newId'>;

/**
 * A rule that pays is answered after its event is committed: whether there is money left is asked under the
 * promotion's lock, which no event may wait for.
 */
export const packetLater = (
  answered: Answered,
  identityId: string,
): { kind: string; payload: Payload } | undefined =>
  answered.also?.redPacket && answered.reply
    ? { kind: packetKind, payload: { identityId, answered } }
    : undefined;

/** Reserves the packet and says the rule's own words, or why there is none. */
export const keywordPackets = (
  kit: Part,
  { pay }: Pick<RedPacketLedger['keyword'], 'pay'>,
): LateAnswers => ({
  [packetKind]: async (payload, event) => {
    const { identityId, answered } = payload as Payload;
    const { accountId } = event;
    const packet = answered.also?.redPacket;
    if (!packet) return { reply: answered.reply };
    const { promotionId } = packet;
    const outcome = await pay({ promotionId, accountId, identityId, cause: causeOf(event) });
    const said = outcome.code === 'paid' ? answered : refused(answered, packet, outcome.code);
    return {
      reply: said.reply,
      record: async (tx) => {
        await insertRows(tx, 'timeline_entry', [
          {
            ...{ id: kit.newId(), identityId, accountId, at: event.at, kind: 'message-out' },
            ...{ params: JSON.stringify(said.params), refKind: null, refId: null },
          },
        ]);
        await queueMore(kit, said, { accountId, identityId, now: kit.clock.business() })?.(tx);
      },
    };
  },
});

const causeOf = ({ accountId, dedupeKey }: InboundEvent): string =>
  createHash('sha256').update(`${accountId} ${dedupeKey}`).digest('hex').slice(0, 32);

type Packet = NonNullable<Actions['redPacket']>;

/** The rule's own words where it has some for this. */
function wordsFor(packet: Packet, code: Refusal): string {
  const own: Partial<Record<Refusal, string | undefined>> = {
    already: packet.already,
    used_up: packet.usedUp,
    used_up_today: packet.usedUp,
    not_started: packet.closed,
    paused: packet.closed,
    over: packet.ended ?? packet.closed,
    ended: packet.ended ?? packet.closed,
  };
  return own[code] ?? text('zh-CN', `packet.told.${code}`);
}

function refused(answered: Answered, packet: Packet, code: Refusal): Answered {
  const words = wordsFor(packet, code);
  const reply: Reply = { kind: 'text', text: words };
  const params = { ...answered.params, messageKind: 'text', text: words };
  return { ...answered, reply, params, more: [] };
}

/** Promotions as rules see them. */
export function packetsOfRules(
  { db, settings }: Pick<Kit, 'db' | 'settings'>,
  { explain }: Pick<RedPacketLedger['keyword'], 'explain'>,
): PacketsOfRules {
  return {
    accountOf: async (promotionId) => {
      const [row] = await db.read.all<{ accountId: string }>(
        `SELECT accountId FROM promotion WHERE id = ? AND oncePer IS NOT NULL`,
        [promotionId],
      );
      return row?.accountId;
    },
    explain: async (hit, locale) => {
      const told = await explain(hit);
      return {
        promotionId: hit.promotionId,
        code: told.code,
        text: tell(told, settings.orgZone, locale),
      };
    },
  };
}

function tell(
  { name, code, minFen, maxFen, endsAt }: ExplainedHit,
  zone: string,
  locale: Locale,
): string {
  const yuan = (fen: number) => (fen / 100).toFixed(2);
  const amount = minFen === maxFen ? yuan(minFen) : `${yuan(minFen)}–${yuan(maxFen)}`;
  const until =
    endsAt === null ? '' : DateTime.fromMillis(endsAt, { zone }).toFormat('yyyy-MM-dd HH:mm');
  return text(locale, `packet.explain.${code}`, { name, amount, until });
}
