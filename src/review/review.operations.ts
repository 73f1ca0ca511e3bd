import { z } from 'zod';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { deletedOperations } from './deleted.operations';
import { decideOperations } from './decide.operations';
import { diffContent } from './diff-content';
import { needsReview } from './go-live';
import { FieldChangeView } from './life.operations';
import { presentVersion, versionFields } from './present-version';
import { batchesIn, batchNote, batchOf } from './batches';
import type { ReviewParts } from './reviewed';
import { KINDS, OPEN_STATES } from './version-states';
import { contentIn, standingsOf, type VersionRow } from './version.queries';
import { countWaiting, scopeOf } from './waiting';

const ReviewView = z.object({
  kind: z.enum(KINDS),
  id: z.string().describe('As in the paths of its kind'),
  title: z.string(),
  account: z.string().nullable().describe('Null: every account'),
  ...versionFields,
  isNew: z.boolean().describe('Nothing of it answers now'),
  mayPublish: z.boolean().describe('By who asks: nobody reviews what they wrote themselves'),
  inBulk: z.boolean().describe('Whether `decide` takes it'),
  match: z.string().nullable().describe('Of a rule: how its words are read'),
  batch: z.string().nullable().describe('The import it came with'),
  changes: z.array(FieldChangeView).describe('Against what answers now'),
});
const BatchView = z.object({
  id: z.string(),
  kind: z.enum(KINDS),
  waiting: z.number(),
  by: z.string(),
  savedAt: z.string(),
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
    ...decideOperations(parts.kinds),
    operation(
      {
        method: 'GET',
        path: '/api/v1/reviews',
        permission: 'replies.read',
        summary:
          'What waits for a reviewer, for its time or for its author, the oldest first; `total` and the imports that wait on the first page',
        query: pageQuery.extend({
          state: z.enum(OPEN_STATES).default('in-review'),
          batch: z.string().max(26).optional().describe('Only what came with this import'),
        }),
        response: pageOf(ReviewView).extend({
          total: z.number().optional(),
          batches: z.array(BatchView).optional(),
        }),
      },
      async ({ actor, query: { state, batch, limit, cursor }, locale }) => {
        const scope = scopeOf(actor);
        const [at = 0, id = ''] = cursor ? decodeCursor(cursor, ['number', 'string']) : [];
        const rows = await kit.db.read.all<VersionRow>(
          `SELECT * FROM answer_version WHERE state = ?${scope.sql}
             ${batch === undefined ? '' : 'AND note = ?'} AND (savedAt > ? OR (savedAt = ? AND id > ?))
           ORDER BY savedAt, id LIMIT ${limit + 1}`,
          [
            ...[state, ...scope.params, ...(batch === undefined ? [] : [batchNote(batch)])],
            ...[at, at, id],
          ],
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
              match: kind.matchOf?.(content) ?? null,
              ...{ inBulk: kind.deciding !== undefined, batch: batchOf(row.note) },
              changes: kind.changesOf?.(old, content, locale) ?? diffContent(before ?? {}, shown),
            },
          ];
        });
        if (cursor) return { ...page, items };
        const [total, batches] = await Promise.all([
          countWaiting(kit, actor, state),
          state === 'in-review' ? batchesIn(kit, actor) : [],
        ]);
        return { ...page, items, total, batches };
      },
    ),
  ];
}
