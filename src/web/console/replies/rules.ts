import { t, textOr } from '../../shared/i18n/i18n';
import { isWritten, tidyAnswer, type Answer } from './answer';
import type { Actions, Conditions } from './conditions';
import type { Example, Version } from './rule-life';

export const wordMatches = ['exact', 'words', 'all-words', 'prefix', 'pattern'] as const;
export type Match = (typeof wordMatches)[number] | 'event' | 'message-type';

export interface Conflict {
  /** The rule that wins. */
  ruleId: string;
  kind: 'shadowed' | 'same-keyword';
  keyword: string;
  text?: string;
}

export interface Rule {
  id: string;
  name: string;
  match: Match;
  keywords: string[];
  priority: number;
  appId: string | null;
  answer: Answer;
  when: Conditions | null;
  also: Actions | null;
  examples: Example[];
  status: 'published' | 'draft';
  publishedAt: string | null;
  /** Grows with every save; sent back with a change. */
  version: number;
  liveVersion: number | null;
  draft: Version | null;
  hits30d: number;
  conflicts?: Conflict[];
}

/** What a person writes: everything that makes a rule what it is. */
const written = [
  'name',
  'match',
  'keywords',
  'priority',
  'appId',
  'answer',
  'when',
  'also',
  'examples',
] as const;
export type Draft = Pick<Rule, (typeof written)[number]>;

export const newDraft = (appId: string | null = null): Draft => ({
  name: '',
  match: 'words',
  keywords: [],
  priority: 0,
  appId,
  answer: { type: 'text', text: '' },
  when: null,
  also: null,
  examples: [],
});

export function draftOf(content: Draft): Draft {
  const { name, match, keywords, priority, appId, answer, when, also, examples } = content;
  return structuredClone({ name, match, keywords, priority, appId, answer, when, also, examples });
}

/** What the editor opens with: the draft where there is one. */
export const openedFrom = (rule: Rule): Draft => draftOf(rule.draft ?? rule);

/** As the server takes it. */
export const bodyOf = ({ name, answer, ...rest }: Draft) => ({
  ...(name.trim() === '' ? {} : { name: name.trim() }),
  ...rest,
  answer: tidyAnswer(answer),
});

/** How many of the things a person sees differ. */
export function countChanges(before: Draft, after: Draft): number {
  return written.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .length;
}

export function isReady(draft: Draft): boolean {
  return draft.keywords.length > 0 && isWritten(draft.answer);
}

export const eventKeys = ['subscribe'] as const;
export const messageTypes = ['image', 'voice', 'video', 'location', 'link'] as const;

/** 「扫到 shop_jingan」 for `SCAN:shop_jingan`; words stay words. */
export function keywordText(match: Match, keyword: string): string {
  if (match === 'message-type') return textOr(`rules.message-${keyword}`, keyword);
  if (match !== 'event') return keyword;
  const [kind, ...rest] = keyword.split(':');
  const value = rest.join(':');
  if (value === '') return textOr(`rules.event-${(kind ?? '').toLowerCase()}`, keyword);
  if (kind?.toUpperCase() === 'CLICK') return t('rules.event-click', { key: value });
  if (kind?.toUpperCase() === 'SCAN') return t('rules.event-scan', { scene: value });
  if (kind?.toLowerCase() === 'subscribe') return t('rules.event-subscribe-by', { scene: value });
  return keyword;
}

/** Second line in the list: what makes this rule speak. */
export function triggerText(rule: Pick<Rule, 'match' | 'keywords'>): string {
  const words = rule.keywords.map((keyword) => keywordText(rule.match, keyword)).join(' · ');
  if (rule.match === 'event') return t('rules.by-event', { words });
  if (rule.match === 'message-type') return t('rules.by-type', { words });
  return words;
}

/** A rule without a name is called by its first word. */
export function ruleName(rule: Pick<Rule, 'name' | 'match' | 'keywords'>): string {
  if (rule.name !== '') return rule.name;
  const first = rule.keywords[0];
  return first === undefined ? t('rules.unnamed') : keywordText(rule.match, first);
}

/** What a person reads of two versions, side by side. */
export function compareDrafts(mine: Draft, theirs: Draft) {
  const words = ({ match, keywords }: Draft) =>
    keywords.map((keyword) => keywordText(match, keyword)).join(' · ');
  const said = ({ answer }: Draft): string =>
    answer.type === 'text' && isWritten(answer)
      ? String((answer as { text?: string }).text ?? '')
      : textOr(`answer.${answer.type}`, answer.type);
  const rows: [string, (draft: Draft) => string][] = [
    [t('field.name'), ({ name }) => name],
    [t('field.keywords'), words],
    [t('field.match'), ({ match }) => textOr(`rules.match-${match}`, match)],
    [t('field.priority'), ({ priority }) => String(priority)],
    [t('field.answer'), said],
    [t('field.examples'), ({ examples }) => examples.map((one) => one.say).join(' · ')],
  ];
  return rows.map(([label, read]) => ({ label, own: read(mine), other: read(theirs) }));
}
