import { DateTime } from 'luxon';
import { execute, insertRows, select } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { BudgetSpent, reserve, settle, type Limits, type Spend } from './budget';
import type { Tokens } from './endpoint';
import type { ModelCall } from './model.entity';
import { redact } from '../kernel/redact';
import type { Verdict } from './verdict';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'settings'>;

export type Intended = {
  readonly accountId: string;
  readonly identityId: string | null;
  readonly purpose: ModelCall['purpose'];
  readonly model: string;
  readonly prompt: unknown;
  readonly sources: readonly string[];
  /** Most tokens it may come to. */
  readonly tokens: number;
};

export type OpenCall = Spend & {
  readonly id: string;
  readonly tokens: number;
  readonly begun: number;
};

export type Came = {
  readonly verdict: Verdict;
  readonly faqId?: string | undefined;
  readonly answer: string | null;
  readonly tokens: Tokens;
};

/** Columns hold 65,535 bytes; an answer that long is nothing anybody reads. */
const longestPrompt = 60_000;
const longestAnswer = 4_000;

export const dayOf = ({ clock, settings }: Pick<Kit, 'clock' | 'settings'>): string =>
  DateTime.fromMillis(clock.business(), { zone: settings.orgZone }).toISODate() ?? '';

/**
 * Out of the budget and into the log in one transaction, before the first byte leaves. Throws `BudgetSpent`, and
 * then nothing was written.
 */
export async function beginCall(
  kit: Part,
  call: Intended,
  limits: Limits & { readonly personCalls: number },
): Promise<OpenCall> {
  const id = kit.newId();
  const day = dayOf(kit);
  const { accountId, identityId, purpose, model, tokens } = call;
  await kit.db.transact(async (tx) => {
    await reserve(tx, { accountId, day }, tokens, limits);
    if (identityId !== null) {
      const [asked] = await select<{ n: number | string }>(
        tx,
        `SELECT COUNT(*) AS n FROM model_call WHERE identityId = ? AND day = ? AND purpose = 'answer'`,
        [identityId, day],
      );
      if (Number(asked?.n ?? 0) >= limits.personCalls) throw new BudgetSpent('person');
    }
    await insertRows(tx, 'model_call', [
      {
        ...{ id, accountId, identityId, at: kit.clock.business(), day, purpose, model },
        ...{ verdict: 'asked', faqId: null, sources: JSON.stringify(call.sources) },
        prompt: cutBytes(JSON.stringify(call.prompt), longestPrompt),
        ...{ answer: null, ms: null, promptTokens: null, answerTokens: null },
      },
    ]);
  });
  return { id, accountId, day, tokens, begun: kit.clock.system() };
}

/** What came of it; without the endpoint's own count the estimate stays counted. */
export async function endCall(kit: Part, call: OpenCall, came: Came): Promise<void> {
  const { prompt, answer } = came.tokens;
  const used = prompt === null && answer === null ? call.tokens : (prompt ?? 0) + (answer ?? 0);
  const ms = kit.clock.system() - call.begun;
  const text = came.answer === null ? null : redact(readable(came.answer));
  await kit.db.transact(async (tx) => {
    await execute(
      tx,
      `UPDATE model_call SET verdict = ?, faqId = ?, answer = ?, ms = ?, promptTokens = ?, answerTokens = ?
       WHERE id = ?`,
      [came.verdict, came.faqId ?? null, text, ms, prompt, answer, call.id],
    );
    await settle(tx, call, call.tokens, used);
  });
}

const readable = (text: string): string =>
  text.slice(0, longestAnswer).replace(/[^\P{C}\n\t]/gu, '\u{FFFD}');

function cutBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  return Buffer.from(text)
    .subarray(0, most)
    .toString('utf8')
    .replace(/\u{FFFD}+$/u, '');
}
