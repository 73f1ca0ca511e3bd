import { DateTime } from 'luxon';
import { z } from 'zod';
import type { AccountBook } from '../accounts';
import type { Actor } from '../kernel/access';
import { Forbidden } from '../kernel/errors';
import { operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import type { Locale } from '../kernel/text';
import { actionsSchema } from './actions';
import { answerSchema } from './answers/answer';
import { renderAnswer, wordsOf } from './answers/render-answer';
import { explainReply, presentReply } from './explain-reply';
import { bookWith } from './life/draft-book';
import { draftBody, draftNamed } from './life/draft-named';
import { faqDraftBody, faqDraftNamed } from './life/faq-draft-named';
import { windowOf } from './life/window-of';
import { bookWithFaq } from './lay-faq-over';
import { listenerOf } from './listener';
import { askedSegments } from './matching';
import type { Replies } from './open-replies';
import { noPackets, type PacketsOfRules } from './packets-of-rules';
import {
  answerMessage,
  shelfOf,
  variablesOf,
  type Answered,
  type ReplyBook,
  type ReplyState,
} from './reply-book';
import { HelpView, type ReplyHelper } from './reply-helper';
import { iso, maySee } from './rule-access';
import { noSegments, type SegmentsOfRules } from './segments-of-rules';

const anAnswer = z.record(z.string(), z.unknown()).nullable();
const appId = z.string().max(64);
const openid = z.string().max(64);
/** As many as an example keeps. */
const mostTags = 100;

const ExplainView = z.object({
  band: z.enum(['rule', 'answer', 'clarify', 'none']),
  answer: anAnswer.describe('What the winning rule or question says, as it would be sent'),
  defaultAnswer: anAnswer,
  reply: anAnswer.describe('What the follower really gets, whatever the band'),
  messages: z
    .array(z.record(z.string(), z.unknown()))
    .describe('The reply and what follows it as customer-service messages'),
  delivery: z
    .object({ total: z.number(), goes: z.number(), left: z.number(), text: z.string() })
    .nullable()
    .describe('Of an answer of several messages: how many the window has room for'),
  also: actionsSchema.nullable().describe('What the rule does besides'),
  redPacket: z
    .object({ promotionId: z.string(), code: z.string(), text: z.string() })
    .nullable()
    .describe('What a rule that pays would bring them now; nothing is paid here'),
  by: z.string().nullable(),
  faq: z.array(z.object({ id: z.string(), score: z.number(), question: z.string() })),
  threshold: z.number(),
  considered: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      matched: z.boolean(),
      why: z.string(),
      code: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    }),
  ),
  model: HelpView.nullable().describe('Null unless a model may be asked for this sentence'),
  at: z.string(),
  as: z
    .object({
      tags: z.array(z.string()),
      scene: z.string().optional(),
      segmentIds: z.array(z.string()),
    })
    .nullable()
    .describe('What counts of the person, if one was named; an example can be kept with it'),
  draftId: z
    .string()
    .nullable()
    .describe('Which of those considered is the draft; `draft` when it was never saved'),
  faqDraft: z
    .object({
      id: z.string(),
      isSample: z.boolean().describe('True when the shop is too large to try it whole'),
    })
    .nullable()
    .describe('Which of `faq` is the draft of a question, if one is tried'),
  window: z
    .object({
      open: z.boolean(),
      left: z.number(),
      until: z.string().nullable(),
      reason: z.enum(['closed', 'used-up']).nullable(),
      afterSaying: z.object({ left: z.number(), until: z.string().nullable() }),
    })
    .nullable()
    .describe('Customer-service messages that may still be sent to the person, if one was named'),
});

/** Whoever sees some accounts is told nothing of the rules of others. */
function seenBy(
  actor: Actor,
  { rules }: ReplyBook,
  explained: ReturnType<typeof explainReply>,
): ReturnType<typeof explainReply> {
  if (actor.accountIds === 'all') return explained;
  const owner = new Map(rules.rules.map(({ rule }) => [rule.id, rule.accountId]));
  const considered = explained.considered.filter(({ id }) => maySee(actor, owner.get(id) ?? null));
  return { ...explained, considered };
}

async function packetFor(
  packets: PacketsOfRules,
  answered: Answered | undefined,
  { accountId, identityId }: { accountId: string; identityId?: string | undefined },
  locale: Locale,
) {
  const promotionId = answered?.also?.redPacket?.promotionId;
  if (promotionId === undefined) return null;
  return packets.explain({ promotionId, accountId, identityId }, locale);
}

const whoSpeaks = ({ tags = [], scene, segments = new Set() }: ReplyState) => ({
  tags: [...tags].slice(0, mostTags),
  ...(scene ? { scene } : {}),
  segmentIds: [...segments],
});

/** Trying answers out. */
export function tryReplyOperations(
  kit: Kit,
  accounts: AccountBook,
  replies: Replies,
  {
    segments = noSegments,
    packets = noPackets,
    helper,
  }: {
    segments?: SegmentsOfRules | undefined;
    packets?: PacketsOfRules | undefined;
    helper?: ReplyHelper | undefined;
  } = {},
): Operation[] {
  return [
    operation(
      {
        method: 'POST',
        path: '/api/v1/replies/explain',
        permission: 'replies.read',
        summary: 'Why a sentence is answered as it is',
        body: z.strictObject({
          text: z.string().max(10_000),
          appId: appId.nullish(),
          openid: openid.nullish(),
          at: z.iso
            .datetime({ offset: true, local: true })
            .nullish()
            .describe('When it is said, without an offset by the clock of the organisation; now'),
          askModel: z
            .boolean()
            .optional()
            .describe('Really ask the model; needs replies.edit and counts to the budget'),
          draftOf: z
            .string()
            .max(26)
            .nullish()
            .describe('Answer as if the draft of this rule were published'),
          draft: draftBody
            .nullish()
            .describe('A rule as it is typed; takes the place of `draftOf` when both are given'),
          faqDraftOf: z
            .string()
            .max(64)
            .nullish()
            .describe('Answer as if the draft of this question were published'),
          faqDraft: faqDraftBody
            .nullish()
            .describe('A question as it is typed; takes the place of the draft that is kept'),
        }),
        response: ExplainView,
      },
      async ({ actor, body, locale }) => {
        const asks = body.askModel === true;
        if (asks && !actor.permissions.has('replies.edit')) throw new Forbidden();
        await kit.versions.check();
        const state = await listenerOf(kit, accounts, actor, {
          appId: body.appId ?? undefined,
          openid: body.openid ?? undefined,
          at: body.at
            ? DateTime.fromISO(body.at, { zone: kit.settings.orgZone }).toMillis()
            : undefined,
        });
        const draft = await draftNamed(
          { kit, accounts, actor },
          { draftOf: body.draftOf ?? undefined, draft: body.draft ?? undefined },
        );
        const faqDraft = await faqDraftNamed(kit, {
          draftOf: body.faqDraftOf ?? undefined,
          draft: body.faqDraft ?? undefined,
        });
        const ruled = draft ? bookWith(replies.book, draft) : replies.book;
        const laid = faqDraft && (await bookWithFaq(replies, ruled, faqDraft, body.text));
        const book = laid?.book ?? ruled;
        const said = { kind: 'text', text: body.text } as const;
        const asked = [...askedSegments(book.rules, said, state)];
        const { identityId } = state;
        const holding = identityId === undefined ? [] : await segments.holding(identityId, asked);
        const listener = { ...state, segments: new Set(holding) };
        const segmentNames = await segments.namesOf(asked);
        const answered = answerMessage(book, said, listener);
        const question = { said: body.text, state: listener, answered, asks, locale };
        return {
          ...seenBy(actor, book, explainReply(book, body.text, listener, { locale, segmentNames })),
          model: (await helper?.explain(question)) ?? null,
          redPacket: await packetFor(packets, answered, state, locale),
          at: iso(state.now) ?? '',
          as: identityId === undefined ? null : whoSpeaks(listener),
          draftId: draft?.id ?? null,
          faqDraft: laid?.tried ?? null,
          window: body.openid ? await windowOf(kit, state.accountId, body.openid, state.now) : null,
        };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/reply-rules/preview',
        permission: 'replies.read',
        summary: 'An answer as one person would see it',
        body: z.strictObject({
          answer: answerSchema,
          appId: appId.nullish(),
          openid: openid.nullish(),
          personId: z.string().max(26).nullish(),
        }),
        response: z.object({
          texts: z.array(z.string()),
          reply: anAnswer,
          messages: z
            .array(z.record(z.string(), z.unknown()))
            .optional()
            .describe('All of several'),
          problem: z
            .enum(['template_empty', 'template_too_large', 'template_failed', 'media_not_ready'])
            .nullable()
            .describe('Why this person would not be told it; they get the default answer then'),
        }),
      },
      async ({ actor, body }) => {
        const state = await listenerOf(kit, accounts, actor, {
          appId: body.appId ?? undefined,
          openid: body.openid ?? undefined,
          personId: body.personId ?? undefined,
        });
        const variables = variablesOf(replies.book, state);
        const { answer } = body;
        // Whatever WeChat holds at the moment: the library shows its own picture.
        const shelf = { ...shelfOf(replies.book, state.accountId), mediaId: (id: string) => id };
        const said = (answer.type === 'one-of' ? answer.answers : [answer]).map((one) =>
          renderAnswer(one, variables, kit.random, shelf),
        );
        const [first] = said;
        const messages = first && 'reply' in first ? [first.reply, ...(first.more ?? [])] : [];
        return {
          texts: said.flatMap((one) =>
            'reply' in one ? [one.reply, ...(one.more ?? [])].map(wordsOf) : [],
          ),
          reply: presentReply(messages[0]),
          ...(messages.length > 1
            ? { messages: messages.flatMap((one) => presentReply(one) ?? []) }
            : {}),
          problem: said.find((one) => 'unsaid' in one)?.unsaid ?? null,
        };
      },
    ),
  ];
}
