import { DateTime } from 'luxon';
import { seededRandom } from '../../kernel/random';
import { buildFaqIndex } from '../faq';
import { compileRules } from '../matching';
import {
  answerMessage,
  byWelcome,
  type Answered,
  type BookRule,
  type ReplyBook,
} from '../reply-book';
import { wordsOf } from '../answers/render-answer';
import { tryTemplates, type PlacedConversation, type Templates } from './read-templates';
import type { TemplateProblem } from './read-yaml';
import type { ConversationStep } from './template-files.schema';

const accountId = 'templates';

export type TemplateCheck = {
  readonly problems: readonly TemplateProblem[];
  readonly rules: number;
  readonly faqs: number;
  readonly messages: number;
  readonly steps: number;
};

/** Reads a folder and plays its conversations against it: every problem with file and line. */
export async function checkTemplates(folder: string, zone: string): Promise<TemplateCheck> {
  const { templates, problems } = await tryTemplates(folder);
  const played = problems.length > 0 ? [] : playConversations(templates, zone);
  return {
    problems: [...problems, ...played],
    rules: templates.rules.length,
    faqs: templates.faqs.length,
    messages: templates.messages.length,
    steps: templates.conversations.reduce((sum, { steps }) => sum + steps.length, 0),
  };
}

/** What a follower writes and what must come back: the steps that came out otherwise. */
export function playConversations(templates: Templates, zone: string): TemplateProblem[] {
  const faqIndex = buildFaqIndex(templates.faqs);
  return templates.conversations.flatMap((conversation) =>
    play(bookOf(templates, conversation, faqIndex, zone), conversation),
  );
}

function bookOf(
  templates: Templates,
  conversation: PlacedConversation,
  faqIndex: ReplyBook['faqIndex'],
  zone: string,
): ReplyBook {
  const rules: BookRule[] = templates.rules.map((rule, place) => ({
    ...rule,
    id: rule.key,
    accountId: null,
    publishedAt: place,
    when: rule.when ?? null,
    also: rule.also ?? null,
  }));
  const own = { welcome: templates.welcome ?? null, fallback: templates.default ?? null };
  return {
    rules: compileRules(rules),
    defaults: new Map([[accountId, own]]),
    faqIndex,
    faqs: new Map(templates.faqs.map((faq) => [faq.id, faq])),
    accountNames: new Map([[accountId, conversation.account]]),
    sceneNames: new Map(),
    zone,
    random: seededRandom(1),
  };
}

function play(book: ReplyBook, conversation: PlacedConversation): TemplateProblem[] {
  const { person, now, steps, file, lines, name } = conversation;
  let offered: readonly string[] | undefined;
  let coolDowns: string | undefined;
  let clock = now;
  const tags = new Set(person?.tags);
  return steps.flatMap((step, place) => {
    clock = step.at ?? clock;
    const state = {
      accountId,
      now: clock === undefined ? 0 : DateTime.fromISO(clock).toMillis(),
      personName: person?.name ?? '',
      tags: [...tags],
      scene: person?.scene ?? null,
      ...(offered ? { offered } : {}),
      ...(coolDowns === undefined ? {} : { coolDowns }),
    };
    const answered =
      step.event === undefined
        ? answerMessage(book, { kind: 'text', text: step.says ?? '' }, state)
        : (answerMessage(book, { kind: 'event', keys: keysOf(step.event) }, state) ??
          (/^subscribe\b/.test(step.event) ? byWelcome(book, state) : undefined));
    offered = answered?.offered;
    coolDowns = answered?.coolDowns ?? coolDowns;
    for (const tag of answered?.also?.addTags ?? []) tags.add(tag);
    for (const tag of answered?.also?.removeTags ?? []) tags.delete(tag);
    const difference = differenceOf(step, answered);
    const message = `${name}: ${step.says ?? step.event ?? ''} → ${difference ?? ''}`;
    return difference === undefined
      ? []
      : [{ file, line: lines[place] ?? 1, code: 'conversation', message }];
  });
}

/** `subscribe:store-7` is also a `subscribe`. */
const keysOf = (event: string): string[] => [...new Set([event, event.split(':')[0] ?? event])];

function differenceOf(step: ConversationStep, answered: Answered | undefined): string | undefined {
  const by = answered?.by ?? 'nobody';
  const said = answered?.reply ? wordsOf(answered.reply) : '';
  const came = answered?.ruleId ?? answered?.faqId;
  if (by !== step.by)
    return `answered by ${by}${came === undefined ? '' : ` (${came})`}, not ${step.by}`;
  if (step.rule !== undefined && step.rule !== answered?.ruleId)
    return `rule ${came ?? '?'}, not ${step.rule}`;
  if (step.faq !== undefined && step.faq !== answered?.faqId)
    return `faq ${came ?? '?'}, not ${step.faq}`;
  if (step.contains !== undefined && !said.includes(step.contains)) {
    return `the answer lacks ${JSON.stringify(step.contains)}`;
  }
  return undefined;
}
