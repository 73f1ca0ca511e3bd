import { DateTime } from 'luxon';
import { z } from 'zod';
import { recordChange, requireAllAccounts, type Actor } from '../kernel/access';
import { execute, type Scalar, type Tx } from '../kernel/database';
import { Conflict, NotFound } from '../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { PersonView, presentPeople, type PeopleParts } from '../relationships';
import { addSegment } from './add-segment';
import { countPersons, countSteps, judgingNow, samplePersons } from './count-members';
import { recountSegment, type SegmentRow as Row } from './count-segment';
import { listFields } from './list-fields';
import { readRule } from './read-rule';
import type { Rule } from './rule';

const mostSampled = 8;
/** A stored count older than this is made again when somebody looks. */
const staleMs = 5 * 60_000;

const byId = z.object({ id: z.string().max(26) });
const ruleShape = z
  .record(z.string(), z.unknown())
  .describe(
    'A rule node: {"all":[node…]}, {"any":[node…]}, {"not":node} or {"field","op","value","within"?}; fields and operators as /api/v1/segments/fields lists them; `within` counts days of 24 hours.',
  )
  // Names that a refusal may say when it tells the place.
  .meta({ properties: { all: {}, any: {}, not: {}, field: {}, op: {}, value: {}, within: {} } });
const segmentBody = z.strictObject({ name: z.string().trim().min(1).max(64), rule: ruleShape });
const SegmentView = z.object({
  id: z.string(),
  name: z.string(),
  rule: ruleShape,
  count: z.number().nullable(),
  countedAt: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
const FieldView = z.object({
  field: z.string(),
  group: z.string(),
  groupName: z.string(),
  name: z.string(),
  type: z.enum(['choice', 'text', 'number', 'date', 'event', 'tag']),
  ops: z.array(
    z.object({
      op: z.string(),
      name: z.string(),
      needsValue: z.boolean(),
      valueType: z.string(),
      within: z.literal('days').optional(),
    }),
  ),
  options: z.array(z.object({ value: z.string(), name: z.string() })).optional(),
});
const PreviewView = z.object({
  count: z.number(),
  sample: z.array(PersonView),
  tookMs: z.number(),
  steps: z.array(z.object({ index: z.number(), alone: z.number(), left: z.number() })),
});

const iso = (at: number | null) => (at === null ? null : DateTime.fromMillis(at).toUTC().toISO());

/** How many campaigns or promotions that are not over would lose their audience with a segment. */
export type UsesOfSegment = (tx: Tx, segmentId: string) => Promise<number>;

export function segmentOperations(
  kit: Kit,
  parts: PeopleParts,
  uses: readonly UsesOfSegment[] = [],
): Operation[] {
  const scopeOf = (actor: Actor) => ({ accountIds: actor.accountIds });

  /** The stored count is of all accounts: whoever may not see them all is not told it. */
  const present = (row: Row, actor: Actor) => ({
    id: row.id,
    name: row.name,
    rule: JSON.parse(row.rule) as Rule,
    count: actor.accountIds === 'all' ? row.people : null,
    countedAt: actor.accountIds === 'all' ? iso(row.countedAt) : null,
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
  });

  const find = async (id: string): Promise<Row> => {
    const [row] = await kit.db.read.all<Row>(`SELECT * FROM segment WHERE id = ?`, [id]);
    if (!row) throw new NotFound();
    return row;
  };

  const recount = (row: Row): Promise<Row> => recountSegment(kit, row);

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/segments/fields',
        permission: 'segments.read',
        summary: 'The closed list of what a segment may ask',
        response: pageOf(FieldView),
      },
      async ({ actor, locale }) => ({
        items: await listFields(kit, parts.book, actor, locale),
        nextCursor: null,
      }),
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/segments',
        permission: 'segments.read',
        summary: 'Segments, newest first',
        query: pageQuery,
        response: pageOf(SegmentView),
      },
      async ({ actor, query }) => {
        const [after] = query.cursor ? decodeCursor(query.cursor, ['string']) : [];
        const params: Scalar[] = after === undefined ? [] : [after];
        const rows = await kit.db.read.all<Row>(
          `SELECT * FROM segment ${after === undefined ? '' : 'WHERE id < ?'}
           ORDER BY id DESC LIMIT ${query.limit + 1}`,
          params,
        );
        return pageFrom(
          rows,
          query.limit,
          (row) => [row.id],
          (row) => present(row, actor),
        );
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/segments/preview',
        permission: 'segments.read',
        summary: 'How many persons a rule finds, and a few of them',
        body: z.strictObject({
          rule: ruleShape,
          steps: z
            .boolean()
            .default(false)
            .describe(
              'Also count every top-level condition, alone and after those before it: slower.',
            ),
        }),
        response: PreviewView,
      },
      async ({ actor, body, locale }) => {
        const started = kit.clock.system();
        const judging = await judgingNow(kit);
        const rule = readRule(body.rule, judging.fields);
        const scope = scopeOf(actor);
        const [count, sampled, steps] = await Promise.all([
          countPersons(kit, rule, judging, scope),
          samplePersons(kit, rule, judging, scope, mostSampled),
          body.steps ? countSteps(kit, rule, judging, scope) : [],
        ]);
        const { book, receivedFen } = parts;
        return {
          count,
          sample: await presentPeople(kit.db, book, actor, sampled, receivedFen, locale),
          tookMs: kit.clock.system() - started,
          steps,
        };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/segments',
        permission: 'segments.edit',
        summary: 'Keep a rule under a name',
        body: segmentBody,
        response: SegmentView,
        status: 201,
      },
      async ({ actor, body }) => {
        requireAllAccounts(actor);
        const row: Row = await addSegment(kit, actor, body);
        return present(await recount(row), actor);
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/segments/{id}',
        permission: 'segments.read',
        summary: 'One segment, freshly counted',
        params: byId,
        response: SegmentView,
      },
      async ({ actor, params }) => {
        const row = await find(params.id);
        const age = row.countedAt === null ? Infinity : kit.clock.business() - row.countedAt;
        const isStale = actor.accountIds === 'all' && Math.abs(age) > staleMs;
        return present(isStale ? await recount(row) : row, actor);
      },
    ),
    operation(
      {
        method: 'PUT',
        path: '/api/v1/segments/{id}',
        permission: 'segments.edit',
        summary: 'Change a segment; audiences that are frozen stay as they are',
        params: byId,
        body: segmentBody,
        response: SegmentView,
      },
      async ({ actor, params, body }) => {
        requireAllAccounts(actor);
        const judging = await judgingNow(kit);
        const rule = readRule(body.rule, judging.fields);
        const before = await find(params.id);
        const after: Row = {
          ...before,
          name: body.name,
          rule: JSON.stringify(rule),
          people: null,
          countedAt: null,
          version: before.version + 1,
          updatedAt: kit.clock.business(),
        };
        await kit.db.transact(async (tx) => {
          const changed = await execute(
            tx,
            `UPDATE segment SET name = ?, rule = ?, people = NULL, countedAt = NULL, version = ?,
             updatedAt = ? WHERE id = ? AND version = ?`,
            [after.name, after.rule, after.version, after.updatedAt, after.id, before.version],
          );
          if (changed === 0) throw new Conflict('changed_meanwhile');
          await recordChange(tx, actor, {
            id: kit.newId(),
            at: kit.clock.system(),
            action: 'segment.changed',
            targetKind: 'segment',
            targetId: after.id,
            before: { name: before.name, rule: JSON.parse(before.rule) as unknown },
            after: { name: after.name, rule },
          });
        });
        return present(await recount(after), actor);
      },
    ),
    operation(
      {
        method: 'DELETE',
        path: '/api/v1/segments/{id}',
        permission: 'segments.edit',
        summary: 'Forget a segment',
        params: byId,
      },
      async ({ actor, params }) => {
        requireAllAccounts(actor);
        const before = await find(params.id);
        await kit.db.transact(async (tx) => {
          let n = 0;
          for (const usesOf of uses) n += await usesOf(tx, before.id);
          if (n > 0) throw new Conflict('segment_in_use', { n });
          await execute(tx, `DELETE FROM segment WHERE id = ?`, [before.id]);
          await recordChange(tx, actor, {
            id: kit.newId(),
            at: kit.clock.system(),
            action: 'segment.deleted',
            targetKind: 'segment',
            targetId: before.id,
            before: { name: before.name, rule: JSON.parse(before.rule) as unknown },
          });
        });
      },
    ),
  ];
}

/** The rule of a stored segment, read again with the fields there are now. Throws `NotFound`. */
export async function ruleOfSegment(
  kit: Pick<Kit, 'db' | 'clock' | 'settings'>,
  segmentId: string,
): Promise<{ rule: Rule; name: string; judging: Awaited<ReturnType<typeof judgingNow>> }> {
  const [row] = await kit.db.read.all<Row>(`SELECT * FROM segment WHERE id = ?`, [segmentId]);
  if (!row) throw new NotFound('segment_not_found');
  const judging = await judgingNow(kit);
  return { rule: readRule(JSON.parse(row.rule), judging.fields), name: row.name, judging };
}
