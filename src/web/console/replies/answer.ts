import { mediaIdIn, previewUrl } from '../media/media';
import type { PhoneMessage } from '../../shared/parts/phone-message';

/** What a rule, a welcome or a default says; the server's schema is the truth. */
export type SimpleAnswer =
  | { type: 'text'; text: string }
  | { type: 'image' | 'voice'; mediaId: string }
  | { type: 'video'; mediaId: string; title?: string; description?: string }
  | { type: 'music'; thumbMediaId: string; title?: string; description?: string }
  | { type: 'article'; title: string; description?: string; pictureUrl?: string; url: string }
  | { type: 'choices'; before: string; choices: string[]; after?: string }
  | { type: 'article-card'; card: string }
  | { type: 'transfer-to-agent'; agent?: string };

/** Only as a message after the first. */
export interface CardAnswer {
  type: 'mini-program';
  title: string;
  appId: string;
  path: string;
  thumbMediaId: string;
}
export type LaterAnswer = SimpleAnswer | CardAnswer;

export type Answer =
  | SimpleAnswer
  | { type: 'one-of'; answers: SimpleAnswer[] }
  | { type: 'several'; messages: LaterAnswer[] };
/** What one editor box can hold. */
export type OneAnswer = Exclude<Answer, { type: 'several' }> | CardAnswer;

/** Kinds that can be written here; the others come from templates and the API. */
export const writableTypes = [
  'text',
  'image',
  'voice',
  'video',
  'article',
  'article-card',
  'choices',
  'mini-program',
  'one-of',
  'transfer-to-agent',
] as const;
export type WritableType = (typeof writableTypes)[number];
const passive = ['text', 'image', 'voice', 'video', 'article', 'article-card', 'choices'] as const;
export const aloneTypes = [...passive, 'one-of', 'transfer-to-agent'] as const;
export const firstTypes = passive;
/** A film after the first message would need a picture of its own. */
export const laterTypes = [
  ...passive.filter((type) => type !== 'video'),
  'mini-program',
] as const satisfies readonly WritableType[];

export function emptyAnswer(type: WritableType): OneAnswer {
  switch (type) {
    case 'text':
      return { type, text: '' };
    case 'article':
      return { type, title: '', url: '' };
    case 'choices':
      return { type, before: '', choices: ['', ''] };
    case 'mini-program':
      return { type, title: '', appId: '', path: '', thumbMediaId: '' };
    case 'image':
    case 'voice':
    case 'video':
      return { type, mediaId: '' };
    case 'article-card':
      return { type, card: '' };
    case 'transfer-to-agent':
      return { type };
    case 'one-of':
      return {
        type,
        answers: [
          { type: 'text', text: '' },
          { type: 'text', text: '' },
        ],
      };
  }
}

const filled = (...texts: string[]): boolean => texts.every((text) => text.trim() !== '');

/** Whether the answer says anything yet; the server checks the rest. */
export function isWritten(answer: Answer | LaterAnswer): boolean {
  switch (answer.type) {
    case 'text':
      return filled(answer.text);
    case 'article':
      return filled(answer.title, answer.url);
    case 'choices':
      return filled(answer.before) && answer.choices.filter((one) => filled(one)).length > 1;
    case 'mini-program':
      return filled(answer.title, answer.appId, answer.path, answer.thumbMediaId);
    case 'image':
    case 'voice':
    case 'video':
      return filled(answer.mediaId);
    case 'article-card':
      return filled(answer.card);
    case 'one-of':
      return answer.answers.length > 1 && answer.answers.every(isWritten);
    case 'several':
      return answer.messages.length > 1 && answer.messages.every(isWritten);
    default:
      return true;
  }
}

/** Optional texts that were left empty are not sent. */
export function tidyAnswer<A extends Answer | LaterAnswer>(answer: A): A {
  if (answer.type === 'one-of') {
    return { ...answer, answers: answer.answers.map((one) => tidyAnswer(one)) };
  }
  if (answer.type === 'several') {
    return { ...answer, messages: answer.messages.map((one) => tidyAnswer(one)) };
  }
  const kept = Object.entries(answer).filter(([, value]) => value !== '' && value !== undefined);
  const tidied = Object.fromEntries(kept) as A;
  return tidied.type === 'choices'
    ? { ...tidied, choices: tidied.choices.filter((one) => filled(one)) }
    : tidied;
}

type Facts = Readonly<Record<string, unknown>>;
const isFacts = (value: unknown): value is Facts => typeof value === 'object' && value !== null;
const wordIn = (facts: Facts, name: string): string | undefined =>
  typeof facts[name] === 'string' ? facts[name] : undefined;

/** The library's own picture of what an answer names; WeChat's ids show none. */
function picturesOf(reference: string): string | undefined {
  const id = mediaIdIn(reference);
  return id === undefined ? undefined : previewUrl(id);
}

function messageOf(reply: Facts): PhoneMessage[] {
  const kind = wordIn(reply, 'kind') ?? wordIn(reply, 'type');
  if (kind === 'text') return [{ kind: 'text', text: wordIn(reply, 'text') ?? '' }];
  if (kind === 'image') {
    const url = picturesOf(wordIn(reply, 'mediaId') ?? '');
    return [url === undefined ? { kind: 'image' } : { kind: 'image', url }];
  }
  if (kind === 'voice' || kind === 'video' || kind === 'music') {
    const title = wordIn(reply, 'title');
    return [title === undefined ? { kind } : { kind, title }];
  }
  if (kind === 'mini-program') return [{ kind, title: wordIn(reply, 'title') ?? '' }];
  if (kind === 'choices') return [{ kind: 'text', text: choicesText(reply) }];
  const articles = Array.isArray(reply['articles']) ? reply['articles'].filter(isFacts) : [];
  const article = kind === 'article' ? reply : articles[0];
  if (article) {
    const description = wordIn(article, 'description');
    const pictureUrl = wordIn(article, 'pictureUrl');
    return [
      {
        kind: 'news',
        title: wordIn(article, 'title') ?? '',
        ...(description === undefined ? {} : { description }),
        ...(pictureUrl === undefined ? {} : { pictureUrl }),
      },
    ];
  }
  return [];
}

/** A menu of choices as the phone shows it: each on a line of its own, to be tapped. */
function choicesText(reply: Facts): string {
  const choices = Array.isArray(reply['choices']) ? reply['choices'] : [];
  const labels = choices.map((one: unknown) =>
    typeof one === 'string' ? one : isFacts(one) ? (wordIn(one, 'label') ?? '') : '',
  );
  const lines = labels.map((label) => `<a href="weixin://bizmsgmenu">${label}</a>`);
  return [wordIn(reply, 'before'), ...lines, wordIn(reply, 'after')]
    .filter((line) => line !== undefined)
    .join('\n');
}

/** The rendered reply of the server as the phone draws it; one reply or several. */
export function phoneMessagesOf(rendered: unknown): PhoneMessage[] {
  if (typeof rendered === 'string') return [{ kind: 'text', text: rendered }];
  if (Array.isArray(rendered)) return rendered.flatMap(phoneMessagesOf);
  if (!isFacts(rendered)) return [];
  for (const name of ['messages', 'reply', 'texts', 'answer']) {
    if (name in rendered) return phoneMessagesOf(rendered[name]);
  }
  return messageOf(rendered);
}

/** The plain words of an answer, for lists. */
export function wordsOf(answer: unknown): string {
  const [message] = phoneMessagesOf(answer);
  if (message?.kind === 'text') return message.text;
  return message && 'title' in message ? (message.title ?? '') : '';
}
