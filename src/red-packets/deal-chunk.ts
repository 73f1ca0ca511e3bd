import type { Random } from '../kernel/random';
import { covers, drawAmount } from './draw-amount';
import type { RecipientState } from './promotion.entity';

export type Waiting = {
  identityId: string;
  personId: string;
  openid: string;
  channelState: string;
  optedOutAt: number | null;
};

export type Limits = {
  minFen: number;
  maxFen: number;
  /** What the run may still deal, fen; never more than the promotion has. */
  poolFen: number;
  /** Everybody of the run who still waits, the people of this chunk among them. */
  people: number;
  perPersonFen: number | null;
  /** What each person already has from this promotion. */
  hasFen: ReadonlyMap<string, number>;
  /** What may still leave today. */
  dayRoomFen: number;
};

export type Dealt = {
  decided: { identityId: string; state: RecipientState }[];
  amounts: { recipient: Waiting; amountFen: number }[];
  totalFen: number;
  /** The day is used up: whoever is not decided waits for tomorrow. */
  isDayFull: boolean;
};

/** Decides for one chunk of people, in order, who gets how much. Pure but for the draw. */
export function dealChunk(chunk: readonly Waiting[], limits: Limits, random: Random): Dealt {
  const { minFen, maxFen, perPersonFen } = limits;
  const hasFen = new Map(limits.hasFen);
  const dealt: Dealt = { decided: [], amounts: [], totalFen: 0, isDayFull: false };
  let { poolFen, people, dayRoomFen } = limits;
  const pass = (identityId: string, state: RecipientState) => {
    dealt.decided.push({ identityId, state });
    people -= 1;
  };
  for (const recipient of chunk) {
    const has = hasFen.get(recipient.personId) ?? 0;
    const personRoom = perPersonFen === null ? maxFen : perPersonFen - has;
    if (recipient.channelState === 'unfollowed' || recipient.optedOutAt !== null) {
      pass(recipient.identityId, 'excluded');
      continue;
    }
    if (personRoom < minFen) {
      pass(recipient.identityId, 'limited');
      continue;
    }
    const pool = { leftFen: poolFen, people, minFen, maxFen };
    const covered = covers(pool);
    if (covered === 0) {
      pass(recipient.identityId, 'uncovered');
      continue;
    }
    if (dayRoomFen < minFen) {
      dealt.isDayFull = true;
      break;
    }
    // What nobody may get any more (limits of persons) stays in the budget.
    const dealable = Math.min(poolFen, covered * maxFen);
    const drawn = drawAmount({ ...pool, leftFen: dealable, people: covered }, random);
    const amountFen = Math.min(drawn, personRoom, dayRoomFen);
    dealt.amounts.push({ recipient, amountFen });
    dealt.totalFen += amountFen;
    poolFen -= amountFen;
    dayRoomFen -= amountFen;
    hasFen.set(recipient.personId, has + amountFen);
    pass(recipient.identityId, 'reserved');
  }
  return dealt;
}
