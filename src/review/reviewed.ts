import type { Actor } from '../kernel/access';
import type { Locale } from '../kernel/text';
import type { FieldChange } from './diff-content';
import type { Kind } from './version-states';

/** What a reviewer had before them. */
export type Read = { readonly id: string; readonly version: number };

/** The steps of a reviewer with things of one kind, one after the other or many at once. */
export type Deciding = {
  publish(actor: Actor, read: Read): Promise<void>;
  sendBack(actor: Actor, read: Read, note: string): Promise<void>;
  /** Around many: what every change makes anew is made once. */
  together<T>(work: () => Promise<T>): Promise<T>;
};

/** How things of one kind are shown to who reviews them. */
export type Reviewed = {
  readonly kind: Kind;
  /** What it is called in paths, and by people. */
  idOf(targetId: string): string;
  titleOf(content: object): string;
  /** As the API says it; undefined for who may not see it. */
  show(actor: Actor, content: object): object | undefined;
  /** Of what is heard by words: how the words are read, `pattern` or `event`. */
  matchOf?(content: object): string;
  /** Where it is while it is not deleted, and what the audit log calls it; only of what can be brought back. */
  readonly stored?: { readonly table: 'reply_rule' | 'faq'; readonly named: string };
  /** What differs, where field by field would not be read. */
  changesOf?(before: object | undefined, after: object, locale: Locale): FieldChange[];
  /** Only of what there may be many of. */
  readonly deciding?: Deciding;
};

export type ReviewParts = {
  readonly kinds: readonly Reviewed[];
  readonly accountName: (accountId: string) => string | undefined;
};
