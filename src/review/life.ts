import type { Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { Kind } from './version-states';

export type Thing = { readonly id: string };
export type Author = { readonly id: string; readonly name: string };

/** What a thing said before versions of it were kept. */
export type First<Content> = {
  readonly content: Content;
  readonly isLive: boolean;
  readonly savedAt: number;
  readonly publishedAt: number | null;
};

export type Trial = { readonly at: number; readonly mayBreak: boolean };

/** What one kind of thing that followers are answered with has of its own. The steps of its life are the same for all. */
export type Life<Row extends Thing, Content extends object> = {
  readonly kind: Kind;
  /** What the audit log calls it: `reply-rule`, which makes `reply-rule.published`. */
  readonly named: string;
  /** Under which id the audit log notes it, where that is another. */
  noted?(row: Row): string;
  /** Where it answers; null is everywhere. */
  accountOf(id: string, content: Content): string | null;
  /** Whoever answers from memory looks again when the version of this topic moves. */
  readonly topic: string;
  find(id: string): Promise<Row | undefined>;
  /** Takes its row, so that the steps of one thing come one after the other; false when it is gone. */
  hold(tx: Tx, row: Row): Promise<boolean>;
  /** What version 1 says of one from before versions were kept; undefined when there was nothing. */
  first(row: Row): First<Content> | undefined;
  /** Throws when this could not go live whenever it was to. */
  refuse(content: Content): void;
  /** Throws when it fails what it is tried with before it goes live. */
  tryOut?(row: Row, content: Content, trial: Trial): Promise<void>;
  /** A new one, or one that was deleted: it does not answer yet. */
  add(tx: Tx, id: string, content: Content, by: Author): Promise<Row>;
  /** Answers with this from the commit on. */
  answer(tx: Tx, row: Row, content: Content, by: Author): Promise<Row>;
  /** Answers no longer from the commit on, and shows what is being written. */
  rest(tx: Tx, row: Row, content: Content, by: Author): Promise<Row>;
  /** Its versions stay. */
  remove(tx: Tx, row: Row): Promise<void>;
};

export type LifeKit = Pick<Kit, 'db' | 'clock' | 'newId' | 'versions' | 'settings'>;
/** With what keeps a plan until its time has come. */
export type PlanningKit = LifeKit & Pick<Kit, 'work' | 'log'>;
