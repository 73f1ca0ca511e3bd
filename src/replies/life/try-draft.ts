import type { AccountBook } from '../../accounts';
import { Conflict } from '../../kernel/errors';
import type { Kit } from '../../kernel/kit';
import type { Replies } from '../open-replies';
import { bookWith, type DraftRule } from './draft-book';
import { brokenBy, runExamples, type BrokenExample, type ExampleResult } from './run-examples';

export type LifeParts = { readonly book: AccountBook; readonly replies: Replies };

export type TriedExamples = {
  readonly own: readonly ExampleResult[];
  /** Of other rules: green before, red with the draft. */
  readonly broken: readonly BrokenExample[];
};

/** The account a rule of every account is tried on: the oldest one there is. */
export function someAccountId(accounts: AccountBook): string {
  const [first] = accounts
    .all()
    .filter(({ kind, enabled }) => kind === 'official-account' && enabled)
    .sort((one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1));
  return first?.id ?? '';
}

/** Every kept example against the whole book with the draft in it. */
export async function tryExamples(
  kit: Pick<Kit, 'versions'>,
  { book: accounts, replies }: LifeParts,
  draft: DraftRule,
  at: number,
): Promise<TriedExamples> {
  await kit.versions.check(true);
  const { book } = replies;
  const sceneOf = (accountId: string | null) => ({
    accountId: accountId ?? someAccountId(accounts),
    now: at,
    zone: book.zone,
  });
  const { accountId, when, examples } = draft.content;
  const scene = sceneOf(accountId);
  const kept = await replies.keptExamples();
  return {
    own: await runExamples(bookWith(book, draft), { ruleId: draft.id, when, examples }, scene),
    broken: await brokenBy(book, draft, kept, sceneOf),
  };
}

/** A draft whose own examples are red is not published, nor one that breaks others' unless that is wanted. */
export function refuseRed({ own, broken }: TriedExamples, mayBreak = false): void {
  const red = own.filter(({ ok }) => !ok);
  const others = mayBreak ? [] : broken;
  if (red.length + others.length === 0) return;
  throw new Conflict('examples_failed', {
    n: red.length + others.length,
    examples: red,
    broken: others,
  });
}
