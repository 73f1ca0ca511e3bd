import { z } from 'zod';
import type { Actor } from '../kernel/access';
import { NotFound } from '../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Locale } from '../kernel/text';
import { diffContent } from './diff-content';
import type { Life, PlanningKit, Thing } from './life';
import { presentVersion, versionFields } from './present-version';
import { publishDraft } from './publish-draft';
import {
  discardDraft,
  rollBack,
  sendBack,
  stopAnswering,
  submitDraft,
  unscheduleDraft,
} from './steps';
import { contentIn, findVersion, standingOf, type VersionRow } from './version.queries';

const params = z.object({ id: z.string().max(64) });
const version = z
  .int()
  .min(0)
  .describe('The number of the draft, or the `version` of the whole, as read');
const note = z.string().trim().min(1).max(500);

export const FieldChangeView = z.object({
  field: z.string().describe('As in the content: `keywords`, `answer.text`'),
  kind: z.enum(['value', 'list', 'lines']),
  before: z.unknown().describe('As in the content; null where there was none'),
  after: z.unknown(),
  added: z.array(z.unknown()),
  removed: z.array(z.unknown()),
  lines: z.array(z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() })),
});
const DiffView = z.object({
  from: z.number(),
  to: z.number(),
  changes: z.array(FieldChangeView),
});
/** Where it is in the API, and what it is called there: `an FAQ`. */
export type Named = { readonly path: string; readonly one: string };

/** How one kind of thing is found, shown and changed by whoever calls. */
export type LifeParts<Row extends Thing, Content extends object> = {
  readonly life: Life<Row, Content>;
  readonly named: Named;
  /** For who may read it; throws NotFound for the others. */
  find(actor: Actor, id: string): Promise<Row>;
  requireChange(actor: Actor, row: Row, open: Content | undefined): void;
  show(actor: Actor, row: Row, locale: Locale): Promise<unknown>;
  readonly view: z.ZodType;
  /** What a version says, as the API says it; undefined for who may not see it. */
  showContent(actor: Actor, content: Content): object | undefined;
  readonly contentFields: z.ZodRawShape;
};

/** From a draft to what answers, and back again: the same for every kind. */
export function lifeOperations<Row extends Thing, Content extends object>(
  kit: PlanningKit,
  parts: LifeParts<Row, Content>,
): Operation[] {
  const { life, named } = parts;
  const { path, one } = named;
  const response = parts.view;
  const meanwhile = `409 ${life.kind}_changed_meanwhile when somebody has saved since`;
  const asSeen = z.strictObject({ version: version.optional() }).optional();
  /** A step of who may take it, and the thing as it is then. */
  const stepped = async (
    { actor, id, locale }: { actor: Actor; id: string; locale: Locale },
    take: (row: Row) => Promise<unknown>,
  ) => {
    const row = await parts.find(actor, id);
    // What is written beside it may be for another account, or for all of them.
    const { open } = await standingOf(kit.db, life.kind, row.id);
    parts.requireChange(actor, row, open && contentIn<Content>(open));
    await take(row);
    return parts.show(actor, await parts.find(actor, id), locale);
  };
  const seenContent = (actor: Actor, row: VersionRow) =>
    parts.showContent(actor, contentIn<Content>(row));

  return [
    operation(
      {
        method: 'POST',
        path: `${path}/submit`,
        permission: 'replies.edit',
        summary: `Ask for a review of the draft of ${one}`,
        params,
        body: z.strictObject({ note: note.optional(), version: version.optional() }),
        response,
      },
      ({ actor, params: { id }, body, locale }) =>
        stepped({ actor, id, locale }, (row) => submitDraft({ kit, life, actor, row }, body)),
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/send-back`,
        permission: 'replies.publish',
        summary: `Give a draft of ${one} back to its author, with a reason`,
        params,
        body: z.strictObject({ note }),
        response,
      },
      ({ actor, params: { id }, body, locale }) =>
        stepped({ actor, id, locale }, (row) => sendBack({ kit, life, actor, row }, body.note)),
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/publish`,
        permission: 'replies.publish',
        summary: `Publish the draft of ${one} now, or \`at\` a time${
          life.tryOut ? '; red examples answer 409 examples_failed with each of them' : ''
        }`,
        params,
        body: z.strictObject({
          version,
          at: z.iso.datetime({ offset: true }).optional(),
          breakOthers: z
            .boolean()
            .optional()
            .describe('Although examples of others go red; one’s own must be green'),
        }),
        response,
      },
      ({ actor, params: { id }, body, locale }) =>
        stepped({ actor, id, locale }, (row) =>
          publishDraft(
            { kit, life, actor, row },
            {
              version: body.version,
              at: body.at === undefined ? undefined : Date.parse(body.at),
              mayBreak: body.breakOthers,
            },
          ),
        ),
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/unschedule`,
        permission: 'replies.edit',
        summary: `Do not publish ${one} at the time that was set; the draft stays`,
        params,
        response,
      },
      ({ actor, params: { id }, locale }) =>
        stepped({ actor, id, locale }, (row) => unscheduleDraft({ kit, life, actor, row })),
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/discard-draft`,
        permission: 'replies.edit',
        summary: `Give up the draft of ${one}; what answers stays. ${meanwhile}`,
        params,
        body: asSeen,
        response,
      },
      ({ actor, params: { id }, body, locale }) =>
        stepped({ actor, id, locale }, (row) =>
          discardDraft({ kit, life, actor, row }, body?.version),
        ),
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/retire`,
        permission: 'replies.edit',
        summary: `Stop answering with ${one}; what it said becomes a draft. ${meanwhile}`,
        params,
        body: asSeen,
        response,
      },
      ({ actor, params: { id }, body, locale }) =>
        stepped({ actor, id, locale }, (row) =>
          stopAnswering({ kit, life, actor, row }, body?.version),
        ),
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/rollback`,
        permission: 'replies.publish',
        summary: `Let a version of ${one} that was live before answer again, under a new number`,
        params,
        body: z.strictObject({ version: z.int().min(1), seen: version.optional() }),
        response,
      },
      ({ actor, params: { id }, body, locale }) =>
        stepped({ actor, id, locale }, async (row) => {
          const wanted = await findVersion(kit.db, life.kind, row.id, body.version);
          parts.requireChange(actor, row, contentIn<Content>(wanted));
          return rollBack({ kit, life, actor, row }, body);
        }),
    ),
    operation(
      {
        method: 'GET',
        path: `${path}/versions`,
        permission: 'replies.read',
        summary: `Versions of ${one}, newest first`,
        params,
        query: pageQuery,
        response: pageOf(z.object({ ...parts.contentFields, ...versionFields })),
      },
      async ({ actor, params: { id }, query, locale }) => {
        const row = await parts.find(actor, id);
        const [before] = query.cursor ? decodeCursor(query.cursor, ['number']) : [];
        const rows = await kit.db.read.all<VersionRow>(
          `SELECT * FROM answer_version WHERE kind = ? AND targetId = ?${before === undefined ? '' : ' AND version < ?'}
           ORDER BY version DESC LIMIT ${query.limit + 1}`,
          [life.kind, row.id, ...(before === undefined ? [] : [before])],
        );
        const page = pageFrom(
          rows,
          query.limit,
          (one) => [one.version],
          (one) => one,
        );
        const items = page.items.flatMap((one) => {
          const content = seenContent(actor, one);
          return content ? [{ ...content, ...presentVersion(one, locale) }] : [];
        });
        return { ...page, items };
      },
    ),
    operation(
      {
        method: 'GET',
        path: `${path}/diff`,
        permission: 'replies.read',
        summary: `What differs between two versions of ${one}`,
        params,
        query: z.object({
          from: z.coerce.number().int().min(1),
          to: z.coerce.number().int().min(1),
        }),
        response: DiffView,
      },
      async ({ actor, params: { id }, query }) => {
        const row = await parts.find(actor, id);
        const [from, to] = await Promise.all(
          [query.from, query.to].map(async (number) => {
            const kept = await findVersion(kit.db, life.kind, row.id, number);
            const content = seenContent(actor, kept);
            if (!content) throw new NotFound();
            return content;
          }),
        );
        return { ...query, changes: diffContent(from, to) };
      },
    ),
  ];
}
