import type { OutgoingMessage, Reply } from '../../channels/inbound-event';
import { InvalidInput } from '../../kernel/errors';
import type { Random } from '../../kernel/random';
import type { Shelf } from '../../media';
import { partsOf, type Answer, type LaterAnswer, type SimpleAnswer } from './answer';
import { choiceIdAt, choicesText } from './choices-text';
import { knownUnsaid, renderText, type Unsaid, type Variables } from './template-text';

export type Rendered =
  | {
      readonly reply: Reply;
      /** What follows as customer-service messages, as far as it has something to say. */
      readonly more?: readonly OutgoingMessage[];
    }
  | { readonly unsaid: Unsaid };

/** The reply a follower gets, or why there is none; `shelf` knows what WeChat holds of the media library. */
export function renderAnswer(
  answer: Answer,
  variables: Variables,
  random: Random,
  shelf: Shelf,
): Rendered {
  if (answer.type !== 'several') return replyOf(pick(answer, random), variables, shelf);
  const [first, ...others] = answer.messages;
  if (!first || first.type === 'mini-program') throw new Error('an answer without a first message');
  const rendered = replyOf(first, variables, shelf);
  if ('unsaid' in rendered) return rendered;
  const more = others.flatMap((one) => laterOf(one, variables, shelf) ?? []);
  return { ...rendered, more };
}

function pick(answer: Exclude<Answer, { type: 'several' }>, random: Random): SimpleAnswer {
  if (answer.type !== 'one-of') return answer;
  const chosen = answer.answers[random(0, answer.answers.length - 1)] ?? answer.answers[0];
  if (!chosen) throw new Error('an answer of none');
  return chosen;
}

function replyOf(
  answer: SimpleAnswer,
  variables: Variables,
  shelf: Shelf,
): { readonly reply: Reply } | { readonly unsaid: Unsaid } {
  if (answer.type === 'choices') return { reply: { kind: 'text', text: choicesText(answer) } };
  if (answer.type !== 'text') {
    const reply = plainReplyOf(answer, shelf);
    return reply ? { reply } : { unsaid: 'media_not_ready' };
  }
  const rendered = renderText(answer.text, variables);
  return 'unsaid' in rendered ? rendered : { reply: { kind: 'text', text: rendered.text } };
}

/** A message after the first; one that has nothing to say is left out. */
function laterOf(
  answer: LaterAnswer,
  variables: Variables,
  shelf: Shelf,
): OutgoingMessage | undefined {
  switch (answer.type) {
    case 'mini-program': {
      const { type: kind, ...card } = answer;
      const thumbMediaId = shelf.mediaId(card.thumbMediaId);
      return thumbMediaId === undefined ? undefined : { kind, ...card, thumbMediaId };
    }
    case 'choices':
      return {
        kind: 'choices',
        before: answer.before,
        choices: answer.choices.map((label, place) => ({ id: choiceIdAt(place), label })),
        ...given(answer, ['after']),
      };
    default: {
      const said = replyOf(answer, variables, shelf);
      if ('unsaid' in said || said.reply.kind === 'transfer-to-agent') return undefined;
      if (said.reply.kind !== 'articles') return said.reply;
      const [article] = said.reply.articles;
      return article && { kind: 'article', article };
    }
  }
}

function plainReplyOf(
  answer: Exclude<SimpleAnswer, { type: 'text' | 'choices' }>,
  shelf: Shelf,
): Reply | undefined {
  switch (answer.type) {
    case 'image':
    case 'voice':
    case 'video': {
      const mediaId = shelf.mediaId(answer.mediaId);
      if (mediaId === undefined) return undefined;
      return answer.type === 'video'
        ? { kind: 'video', mediaId, ...given(answer, ['title', 'description']) }
        : { kind: answer.type, mediaId };
    }
    case 'music': {
      const thumbMediaId = shelf.mediaId(answer.thumbMediaId);
      return thumbMediaId === undefined
        ? undefined
        : {
            ...{ kind: 'music', thumbMediaId },
            ...given(answer, ['title', 'description', 'url', 'highQualityUrl']),
          };
    }
    case 'article': {
      const pictureUrl = shelf.pictureUrl(answer.pictureUrl ?? '');
      const { title, url } = answer;
      const more = given(answer, ['description']);
      // A card without its picture says what it has to say.
      const article = { title, url, ...more, ...(pictureUrl ? { pictureUrl } : {}) };
      return { kind: 'articles', articles: [article] };
    }
    case 'article-card': {
      const article = shelf.card(answer.card);
      return article && { kind: 'articles', articles: [article] };
    }
    case 'transfer-to-agent':
      return { kind: 'transfer-to-agent', ...given(answer, ['agent']) };
  }
}

/** Only what is there: an absent field and an undefined one are two things to the channel. */
function given<T, K extends keyof T>(
  from: T,
  names: readonly K[],
): { [N in K]?: Exclude<T[N], undefined> } {
  const kept = names.filter((name) => from[name] !== undefined);
  return Object.fromEntries(kept.map((name) => [name, from[name]])) as {
    [N in K]?: Exclude<T[N], undefined>;
  };
}

/** What a list or a timeline shows of a reply. */
export function wordsOf(reply: Reply | OutgoingMessage): string {
  switch (reply.kind) {
    case 'text':
      return reply.text;
    case 'articles':
      return reply.articles[0]?.title ?? '';
    case 'article':
      return reply.article.title;
    case 'choices':
      return [reply.before, ...reply.choices.map(({ label }) => label)].join(' / ');
    default:
      return 'title' in reply ? (reply.title ?? '') : '';
  }
}

/** Refuses a text of which it is plain that nobody could be told it. */
export function refuseUnsaid(answer: Answer | null, path: string, zone: string, now: number): void {
  if (!answer) return;
  const errors = partsOf(answer).flatMap(({ one, path: within }) => {
    const code = one.type === 'text' ? knownUnsaid(one.text, zone, now) : undefined;
    return code === undefined ? [] : [{ path: `${path}${within}.text`, code }];
  });
  if (errors.length > 0) throw new InvalidInput('input_invalid', { errors });
}
