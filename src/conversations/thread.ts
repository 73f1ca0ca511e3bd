import { marksFor } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { text, type Locale } from '../kernel/text';
import { timelineTitle } from '../relationships';
import { entryNames, type EntryNames } from './entry-names';

type Part = Pick<Kit, 'db'>;
type Shown = Pick<Kit, 'db' | 'settings'>;

export type EntryRow = {
  id: string;
  identityId: string;
  accountId: string;
  at: number;
  kind: string;
  params: string;
};
type Told = EntryRow & { state: string | null; reason: string | null };

/** What a thread shows of a timeline; tags, fields and money stand beside it. */
export const threadKinds = [
  'message-in',
  'message-out',
  'menu-tapped',
  'followed',
  'returned',
  'unfollowed',
  'scanned',
  'opted-out',
  'opted-in',
  'template-sent',
  'note',
  'conversation',
  'kf-entered',
] as const;

const messageKinds: Readonly<
  Record<string, 'text' | 'image' | 'voice' | 'video' | 'location' | 'link'>
> = {
  text: 'text',
  image: 'image',
  voice: 'voice',
  video: 'video',
  location: 'location',
  link: 'link',
  file: 'link',
  articles: 'link',
  music: 'link',
};

type Params = Readonly<Record<string, unknown>>;
const paramsOf = ({ params }: Pick<EntryRow, 'params'>) => JSON.parse(params) as Params;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export function spokenBy(
  entry: Pick<EntryRow, 'kind' | 'params'>,
): 'follower' | 'bot' | 'operator' {
  const { kind } = entry;
  if (kind === 'note') return 'operator';
  if (kind === 'conversation') {
    const what = textOf(paramsOf(entry)['what']);
    return what === 'asked'
      ? 'follower'
      : what === 'idle' || what === 'unanswered'
        ? 'bot'
        : 'operator';
  }
  if (kind === 'template-sent') return 'bot';
  if (kind !== 'message-out') return 'follower';
  return paramsOf(entry)['by'] === 'operator' ? 'operator' : 'bot';
}

function kindOf(entry: EntryRow, params: Params) {
  if (entry.kind === 'note') return 'note' as const;
  if (entry.kind !== 'message-in' && entry.kind !== 'message-out') return 'event' as const;
  return messageKinds[textOf(params['messageKind']) || 'text'] ?? ('event' as const);
}

/** Said words as they are; of everything else what it was. */
export function wordsOfEntry(entry: EntryRow, locale: Locale, names: EntryNames): string {
  const params = paramsOf(entry);
  const said = textOf(params['text']);
  if (entry.kind === 'note') return said;
  if (kindOf(entry, params) === 'text') return said;
  if (said !== '' && entry.kind !== 'conversation') return said;
  if (entry.kind === 'message-out') {
    return text(locale, `conversation.kind.${textOf(params['messageKind'])}`);
  }
  const { accountId } = entry;
  const [key, scene] = [textOf(params['key']), textOf(params['scene'])];
  const shown = {
    ...params,
    ...(key === '' ? {} : { key: names.button(accountId, key) }),
    ...(scene === '' ? {} : { scene: names.scene(accountId, scene) }),
  };
  return timelineTitle(entry.kind, shown, locale);
}

const states: Readonly<Record<string, 'queued' | 'sent' | 'failed' | 'unknown'>> = {
  queued: 'queued',
  sending: 'queued',
  sent: 'sent',
  delivered: 'sent',
  failed: 'failed',
  skipped: 'failed',
  unknown: 'unknown',
};

const threadSql = `SELECT e.id, e.identityId, e.accountId, e.at, e.kind, e.params, d.state, d.reason
  FROM timeline_entry e LEFT JOIN delivery d
  ON e.refKind = 'send-run' AND e.kind = 'message-out' AND d.runId = e.refId AND d.identityId = e.identityId`;

/** Newest first. */
export async function readThread(
  { db }: Part,
  identityId: string,
  page: { limit: number; before: readonly [number, string] | undefined },
): Promise<Told[]> {
  const { before } = page;
  return db.read.all<Told>(
    `${threadSql} WHERE e.identityId = ? AND e.kind IN (${marksFor(threadKinds)})
     ${before ? 'AND (e.at < ? OR (e.at = ? AND e.id < ?))' : ''}
     ORDER BY e.at DESC, e.id DESC LIMIT ${page.limit + 1}`,
    [identityId, ...threadKinds, ...(before ? [before[0], before[0], before[1]] : [])],
  );
}

export async function entriesByIds({ db }: Part, ids: readonly string[]): Promise<Told[]> {
  if (ids.length === 0) return [];
  return db.read.all<Told>(
    `${threadSql} WHERE e.id IN (${marksFor(ids)}) ORDER BY e.at, e.id`,
    ids,
  );
}

/** Messages as the thread shows them. */
export async function presentThread(kit: Shown, rows: readonly Told[], locale: Locale) {
  const [sources, names] = await Promise.all([sourcesOf(kit, rows), entryNames(kit, rows)]);
  const hears = kit.settings.modelSpeech !== undefined;
  return rows.map((row) => {
    const params = paramsOf(row);
    const kind = kindOf(row, params);
    const by = spokenBy(row);
    const hasMedia = textOf(params['mediaId']) !== '';
    const operator = textOf(params['operator']) || textOf(row.kind === 'note' && params['by']);
    return {
      id: row.id,
      at: new Date(row.at).toISOString(),
      by,
      operator:
        by === 'operator' && operator !== ''
          ? { id: textOf(params['operatorId']), name: operator }
          : null,
      kind,
      text: kind === 'voice' && row.kind === 'message-in' ? '' : wordsOfEntry(row, locale, names),
      mediaUrl: hasMedia ? `/api/v1/conversations/${row.identityId}/media/${row.id}` : null,
      mediaId: by === 'operator' && hasMedia ? textOf(params['mediaId']) : null,
      voiceText: kind === 'voice' ? textOf(params['text']) || null : null,
      transcript: transcriptOf(params),
      mayHear:
        hears &&
        kind === 'voice' &&
        row.kind === 'message-in' &&
        hasMedia &&
        textOf(params['text']) === '',
      because: by === 'bot' && row.kind === 'message-out' ? because(params, sources, locale) : null,
      state: row.state === null ? null : (states[row.state] ?? ('unknown' as const)),
      reason: row.reason,
      recalled: params['recalled'] === true,
      reasonText: row.reason === null ? null : reasonText(row.reason, locale),
    };
  });
}

function transcriptOf({ transcript }: Params) {
  if (typeof transcript !== 'object' || transcript === null) return null;
  const { by, at, model } = transcript as { by: string; at: number; model: string };
  return { by, at: new Date(at).toISOString(), model };
}

function reasonText(reason: string, locale: Locale): string {
  const code = `reason.${reason}`;
  const told = text(locale, code);
  return told === code ? text(locale, 'reason.other', { reason, errcode: '-' }) : told;
}
export type ThreadMessage = Awaited<ReturnType<typeof presentThread>>[number];

function because(params: Params, sources: ReadonlyMap<string, string>, locale: Locale): string {
  const id = textOf(params['ruleId']) || textOf(params['faqId']);
  const name = sources.get(id);
  const by = textOf(params['by']);
  return name === undefined
    ? text(locale, `conversation.because.${by}`)
    : text(locale, `conversation.because.${by}.named`, { name });
}

/** Names of the rules and questions that the bot answered by. */
async function sourcesOf({ db }: Part, rows: readonly EntryRow[]) {
  const ids = (key: string) => [
    ...new Set(rows.flatMap((row) => textOf(paramsOf(row)[key]) || [])),
  ];
  const named = async (table: string, column: string, wanted: string[]) =>
    wanted.length === 0
      ? []
      : db.read.all<{ id: string; name: string }>(
          `SELECT id, ${column} AS name FROM ${table} WHERE id IN (${marksFor(wanted)})`,
          wanted,
        );
  const [rules, faqs] = await Promise.all([
    named('reply_rule', 'name', ids('ruleId')),
    named('faq', 'question', ids('faqId')),
  ]);
  return new Map([...rules, ...faqs].map(({ id, name }) => [id, name]));
}

export async function lastEntryId({ db }: Part, identityId: string): Promise<string | undefined> {
  const [row] = await db.read.all<{ id: string | null }>(
    `SELECT MAX(id) AS id FROM timeline_entry WHERE identityId = ?`,
    [identityId],
  );
  return row?.id ?? undefined;
}
