import { z } from 'zod';
import type { Actor } from '../kernel/access';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import type { Locale } from '../kernel/text';
import { deletedOperations } from './deleted.operations';
import { diffContent, type FieldChange } from './diff-content';
import { needsReview } from './go-live';
import { FieldChangeView } from './life.operations';
import { presentVersion, versionFields } from './present-version';
import { KINDS, OPEN_STATES, type Kind } from './version-states';
import { contentIn, standingsOf, type VersionRow } from './version.queries';
import { countWaiting, scopeOf } from './waiting';

/** How things of one kind are shown to who reviews them. */
export type Reviewed = {
  readonly kind: Kind;
  /** What it is called in paths, and by people. */
  idOf(targetId: string): string;
  titleOf(content: object): string;
  /** As the API says it; undefined for who may not see it. */
  show(actor: Actor, content: object): object | undefined;
  /** Where it is while it is not deleted, and what the audit log calls it; only of what can be brought back. */
  readonly stored?: { readonly table: 'reply_rule' | 'faq'; readonly named: string };
  /** What differs, where field by field would not be read. */
  changesOf?(before: object | undefined, after: object, locale: Locale): FieldChange[];
};

export type ReviewParts = {
  readonly kinds: readonly Reviewed[];
  accountName(accountId: string): string | undefined;
};

const ReviewView = z.object({
  kind: z.enum(KINDS),
  id: z.string().describe('As in the paths of its kind'),
  title: z.string(),
  account: z.string().nullable().describe('Null: every account'),
  ...versionFields,
  isNew: z.boolean().describe('Nothing of it answers now'),
  mayPublish: z.boolean().describe('By who asks: nobody reviews what they wrote themselves'),
  changes: z.array(FieldChangeView).describe('Against what answers now'),
});

/** Everything that waits on its way to followers, of whatever kind, in one list. */
export function reviewOperations(kit: Kit, parts: ReviewParts): Operation[] {
  const kinds = new Map(parts.kinds.map((one) => [one.kind, one]));
  const liveOf = async (rows: readonly VersionRow[]) => {
    const found = await Promise.all(
      [...kinds.keys()].map(async (kind) => {
        const ids = rows.filter((row) => row.kind === kind).map(({ targetId }) => targetId);
        return [kind, await standingsOf(kit.db, kind, ids)] as const;
      }),
    );
    const standings = new Map(found);
    return ({ kind, targetId }: VersionRow) => standings.get(kind)?.get(targetId)?.live;
  };
  return [
    ...deletedOperations(kit, parts),
    operation(
      {
        method: 'GET',
        path: '/api/v1/reviews',
        permission: 'replies.read',
        summary:
          'What waits for a reviewer, for its time or for its author, the oldest first; `total` on the first page',
        query: pageQuery.extend({ state: z.enum(OPEN_STATES).default('in-review') }),
        response: pageOf(ReviewView).extend({ total: z.number().optional() }),
      },
      async ({ actor, query: { state, limit, cursor }, locale }) => {
        const scope = scopeOf(actor);
        const [at = 0, id = ''] = cursor ? decodeCursor(cursor, ['number', 'string']) : [];
        const rows = await kit.db.read.all<VersionRow>(
          `SELECT * FROM answer_version WHERE state = ?${scope.sql}
             AND (savedAt > ? OR (savedAt = ? AND id > ?))
           ORDER BY savedAt, id LIMIT ${limit + 1}`,
          [state, ...scope.params, at, at, id],
        );
        const page = pageFrom(
          rows,
          limit,
          (row) => [row.savedAt, row.id],
          (row) => row,
        );
        const live = await liveOf(page.items);
        const items = page.items.flatMap((row) => {
          const kind = kinds.get(row.kind);
          const content = contentIn(row);
          const shown = kind?.show(actor, content);
          if (!kind || !shown) return [];
          const answering = live(row);
          const old = answering && contentIn(answering);
          const before = old && kind.show(actor, old);
          const isOwn = row.savedById === actor.id && needsReview(kit, actor);
          return [
            {
              ...{ kind: row.kind, id: kind.idOf(row.targetId), title: kind.titleOf(content) },
              account: row.accountId === null ? null : (parts.accountName(row.accountId) ?? ''),
              ...presentVersion(row, locale),
              isNew: answering === undefined,
              mayPublish: actor.permissions.has('replies.publish') && !isOwn,
              changes: kind.changesOf?.(old, content, locale) ?? diffContent(before ?? {}, shown),
            },
          ];
        });
        const total = cursor ? {} : { total: await countWaiting(kit, actor, state) };
        return { ...page, items, ...total };
      },
    ),
  ];
}
