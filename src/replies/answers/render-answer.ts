import type { Reply } from '../../channels/inbound-event';
import { InvalidInput } from '../../kernel/errors';
import type { Random } from '../../kernel/random';
import type { Answer, SimpleAnswer } from './answer';
import { knownUnsaid, renderText, type Unsaid, type Variables } from './template-text';

export type Rendered = { readonly reply: Reply } | { readonly unsaid: Unsaid };

/** The reply a follower gets, or why there is none. */
export function renderAnswer(answer: Answer, variables: Variables, random: Random): Rendered {
  return replyOf(pick(answer, random), variables);
}

function pick(answer: Answer, random: Random): SimpleAnswer {
  if (answer.type !== 'one-of') return answer;
  const chosen = answer.answers[random(0, answer.answers.length - 1)] ?? answer.answers[0];
  if (!chosen) throw new Error('an answer of none');
  return chosen;
}

function replyOf(answer: SimpleAnswer, variables: Variables): Rendered {
  if (answer.type !== 'text') return { reply: plainReplyOf(answer) };
  const rendered = renderText(answer.text, variables);
  return 'unsaid' in rendered ? rendered : { reply: { kind: 'text', text: rendered.text } };
}

function plainReplyOf(answer: Exclude<SimpleAnswer, { type: 'text' }>): Reply {
  switch (answer.type) {
    case 'image':
    case 'voice':
      return { kind: answer.type, mediaId: answer.mediaId };
    case 'video':
      return { kind: 'video', mediaId: answer.mediaId, ...given(answer, ['title', 'description']) };
    case 'music':
      return {
        kind: 'music',
        thumbMediaId: answer.thumbMediaId,
        ...given(answer, ['title', 'description', 'url', 'highQualityUrl']),
      };
    case 'article':
      return {
        kind: 'articles',
        articles: [
          { title: answer.title, url: answer.url, ...given(answer, ['description', 'pictureUrl']) },
        ],
      };
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
export function wordsOf(reply: Reply): string {
  if (reply.kind === 'text') return reply.text;
  if (reply.kind === 'articles') return reply.articles[0]?.title ?? '';
  return 'title' in reply ? (reply.title ?? '') : '';
}

/** Refuses a text of which it is plain that nobody could be told it. */
export function refuseUnsaid(answer: Answer | null, path: string, zone: string, now: number): void {
  if (!answer) return;
  const texts =
    answer.type === 'one-of'
      ? answer.answers.map((one, place) => ({ one, at: `${path}.answers.${place}.text` }))
      : [{ one: answer, at: `${path}.text` }];
  const errors = texts.flatMap(({ one, at }) => {
    const code = one.type === 'text' ? knownUnsaid(one.text, zone, now) : undefined;
    return code === undefined ? [] : [{ path: at, code }];
  });
  if (errors.length > 0) throw new InvalidInput('input_invalid', { errors });
}
