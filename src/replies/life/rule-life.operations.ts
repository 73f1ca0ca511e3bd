import { z } from 'zod';
import type { AccountBook } from '../../accounts';
import type { Actor } from '../../kernel/access';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../../kernel/http';
import { NotFound } from '../../kernel/errors';
import type { Kit } from '../../kernel/kit';
import type { Locale } from '../../kernel/text';
import type { Replies } from '../open-replies';
import { presentContent, presentRules, presentVersion } from '../present-rule';
import { RuleView, VersionView } from '../reply-rule.schema';
import { maySee, requireChange } from '../rule-access';
import { findRuleFor, type RuleRow } from '../save-rule';
import type { RuleContent } from './content';
import { diffContent } from './diff-content';
import { publishDraft } from './publish-draft';
import {
  discardDraft,
  retireRule,
  rollBack,
  sendBack,
  submitDraft,
  unscheduleDraft,
} from './steps';
import { contentIn, findVersion, standingsOf, type VersionRow } from './version.queries';

const byId = z.object({ id: z.string().max(26) });
const version = z
  .int()
  .min(0)
  .describe('The number of the draft, or the rule’s `version`, as read');
const note = z.string().trim().min(1).max(500);
/** When somebody has saved since, 409 rule_changed_meanwhile. */
const asSeen = z.strictObject({ version: version.optional() }).optional();
const path = '/api/v1/reply-rules/{id}';

const DiffView = z.object({
  from: z.number(),
  to: z.number(),
  changes: z.array(
    z.object({
      field: z.string().describe('As in the rule: `keywords`, `answer.text`'),
      kind: z.enum(['value', 'list', 'lines']),
      before: z.string().nullable(),
      after: z.string().nullable(),
      added: z.array(z.string()),
      removed: z.array(z.string()),
      lines: z.array(z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() })),
    }),
  ),
});

/** From a draft to what answers, and back again. */
export function lifeOperations(kit: Kit, accounts: AccountBook, replies: Replies): Operation[] {
  const parts = { book: accounts, replies };
  const mine = async (actor: Actor, id: string): Promise<RuleRow> => {
    const rule = await findRuleFor(kit, actor, id);
    requireChange(actor, rule);
    // What is written beside it may be for another account, or for all of them.
    const open = (await standingsOf(kit.db, [id])).get(id)?.open;
    if (open) requireChange(actor, contentIn(open));
    return rule;
  };
  const present = async (actor: Actor, id: string, locale: Locale) => {
    const rule = await findRuleFor(kit, actor, id);
    return (await presentRules(kit, { accounts, replies }, [rule], { locale, actor }))[0];
  };
  const contentSeen = (actor: Actor, content: RuleContent) => {
    if (!maySee(actor, content.accountId)) throw new NotFound();
    return presentContent(accounts, content);
  };
  /** A step that needs no body, or one that was parsed already. */
  const stepped = async (
    actor: Actor,
    id: string,
    locale: Locale,
    take: (rule: RuleRow) => Promise<unknown>,
  ) => {
    await take(await mine(actor, id));
    return present(actor, id, locale);
  };

  return [
    operation(
      {
        method: 'POST',
        path: `${path}/submit`,
        permission: 'replies.edit',
        summary: 'Ask for a review of the draft',
        params: byId,
        body: z.strictObject({ note: note.optional(), version: version.optional() }),
        response: RuleView,
      },
      ({ actor, params, body, locale }) =>
        stepped(actor, params.id, locale, (rule) => submitDraft(kit, actor, rule, body)),
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/send-back`,
        permission: 'replies.publish',
        summary: 'Give a draft back to its author, with a reason',
        params: byId,
        body: z.strictObject({ note }),
        response: RuleView,
      },
      ({ actor, params, body, locale }) =>
        stepped(actor, params.id, locale, (rule) => sendBack(kit, actor, rule, body.note)),
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/publish`,
        permission: 'replies.publish',
        summary:
          'Publish the draft now, or `at` a time; red examples answer 409 examples_failed with each of them',
        params: byId,
        body: z.strictObject({
          version,
          at: z.iso.datetime({ offset: true }).optional(),
          breakOthers: z
            .boolean()
            .optional()
            .describe('Although examples of other rules go red; one’s own must be green'),
        }),
        response: RuleView,
      },
      ({ actor, params, body, locale }) =>
        stepped(actor, params.id, locale, (rule) =>
          publishDraft(kit, parts, actor, {
            rule,
            version: body.version,
            at: body.at === undefined ? undefined : Date.parse(body.at),
            mayBreak: body.breakOthers,
          }),
        ),
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/unschedule`,
        permission: 'replies.edit',
        summary: 'Do not publish at the time that was set; the draft stays',
        params: byId,
        response: RuleView,
      },
      ({ actor, params, locale }) =>
        stepped(actor, params.id, locale, (rule) => unscheduleDraft(kit, actor, rule)),
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/discard-draft`,
        permission: 'replies.edit',
        summary: 'Give up the draft; what answers stays',
        params: byId,
        body: asSeen,
        response: RuleView,
      },
      ({ actor, params, body, locale }) =>
        stepped(actor, params.id, locale, (rule) => discardDraft(kit, actor, rule, body?.version)),
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/retire`,
        permission: 'replies.edit',
        summary: 'Stop answering; what it said becomes a draft',
        params: byId,
        body: asSeen,
        response: RuleView,
      },
      ({ actor, params, body, locale }) =>
        stepped(actor, params.id, locale, (rule) => retireRule(kit, actor, rule, body?.version)),
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/rollback`,
        permission: 'replies.publish',
        summary: 'Let a version that was live before answer again, under a new number',
        params: byId,
        body: z.strictObject({
          version: z.int().min(1),
          seen: version.optional(),
        }),
        response: RuleView,
      },
      ({ actor, params, body, locale }) =>
        stepped(actor, params.id, locale, async (rule) => {
          requireChange(actor, contentIn(await findVersion(kit.db, rule.id, body.version)));
          return rollBack(kit, actor, rule, body);
        }),
    ),
    operation(
      {
        method: 'GET',
        path: `${path}/versions`,
        permission: 'replies.read',
        summary: 'Versions of a rule, newest first',
        params: byId,
        query: pageQuery,
        response: pageOf(VersionView),
      },
      async ({ actor, params, query, locale }) => {
        const rule = await findRuleFor(kit, actor, params.id);
        const [before] = query.cursor ? decodeCursor(query.cursor, ['number']) : [];
        const rows = await kit.db.read.all<VersionRow>(
          `SELECT * FROM reply_rule_version WHERE ruleId = ?${before === undefined ? '' : ' AND version < ?'}
           ORDER BY version DESC LIMIT ${query.limit + 1}`,
          before === undefined ? [rule.id] : [rule.id, before],
        );
        const page = pageFrom(
          rows,
          query.limit,
          (row) => [row.version],
          (row) => row,
        );
        const seen = page.items.filter((row) => maySee(actor, contentIn(row).accountId));
        return { ...page, items: seen.map((row) => presentVersion(accounts, row, locale)) };
      },
    ),
    operation(
      {
        method: 'GET',
        path: `${path}/diff`,
        permission: 'replies.read',
        summary: 'What differs between two versions of a rule',
        params: byId,
        query: z.object({
          from: z.coerce.number().int().min(1),
          to: z.coerce.number().int().min(1),
        }),
        response: DiffView,
      },
      async ({ actor, params, query }) => {
        const rule = await findRuleFor(kit, actor, params.id);
        const [from, to] = await Promise.all(
          [query.from, query.to].map(async (number) =>
            contentSeen(actor, contentIn(await findVersion(kit.db, rule.id, number))),
          ),
        );
        return { ...query, changes: diffContent(from, to) };
      },
    ),
  ];
}
