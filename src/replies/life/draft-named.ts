import type { AccountBook } from '../../accounts';
import type { Actor } from '../../kernel/access';
import type { Kit } from '../../kernel/kit';
import { contentIn, standingOf } from '../../review';
import { ruleBody, type RuleBody } from '../reply-rule.schema';
import { accountIdOf } from '../rule-access';
import { findRuleFor } from '../save-rule';
import { contentFrom, contentOf, type RuleContent } from './content';
import type { DraftRule } from './draft-book';

/** A rule that was never saved goes by this id while it is tried. */
export const UNSAVED = 'draft';

/** A rule's body as it stands in an editor. */
export const draftBody = ruleBody.omit({ publish: true });
export type DraftBody = Omit<RuleBody, 'publish'>;

export type NamedDraft = {
  readonly draftOf?: string | undefined;
  readonly draft?: DraftBody | undefined;
};

type Where = {
  readonly kit: Pick<Kit, 'db'>;
  readonly accounts: AccountBook;
  readonly actor: Actor;
};

/** The draft that a call means: what is typed, what is kept beside a rule, or the one over the other. */
export async function draftNamed(
  where: Where,
  named: NamedDraft & { readonly draft: DraftBody },
): Promise<DraftRule>;
export async function draftNamed(where: Where, named: NamedDraft): Promise<DraftRule | undefined>;
export async function draftNamed(
  { kit, accounts, actor }: Where,
  { draftOf, draft }: NamedDraft,
): Promise<DraftRule | undefined> {
  const rule = draftOf === undefined ? undefined : await findRuleFor(kit, actor, draftOf);
  const standing = rule && (await standingOf(kit.db, 'rule', rule.id));
  const newest = standing?.open ?? standing?.live;
  const kept = newest ? contentIn<RuleContent>(newest) : rule && contentOf(rule);
  const id = rule?.id ?? UNSAVED;
  if (!draft) return kept && { id, content: kept };
  const { appId } = draft;
  const accountId = appId === null ? null : accountIdOf(accounts, actor, appId, 'draft.appId');
  return { id, content: contentFrom(draft, accountId, kept) };
}
