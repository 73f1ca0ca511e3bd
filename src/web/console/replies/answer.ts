import type { PhoneMessage } from '../../shared/parts/phone-message';

/** What a rule, a welcome or a default says; the server's schema is the truth. */
export type SimpleAnswer =
  | { type: 'text'; text: string }
  | { type: 'image' | 'voice'; mediaId: string }
  | { type: 'video'; mediaId: string; title?: string; description?: string }
  | { type: 'music'; thumbMediaId: string; title?: string; description?: string }
  | { type: 'article'; title: string; description?: string; pictureUrl?: string; url: string }
  | { type: 'transfer-to-agent'; agent?: string };

export type Answer = SimpleAnswer | { type: 'one-of'; answers: SimpleAnswer[] };

/** Kinds that can be written here; the others come from templates and the API. */
export const writableTypes = ['text', 'article', 'one-of', 'transfer-to-agent'] as const;
export type WritableType = (typeof writableTypes)[number];

export function emptyAnswer(type: WritableType): Answer {
  if (type === 'text') return { type, text: '' };
  if (type === 'article') return { type, title: '', url: '' };
  if (type === 'transfer-to-agent') return { type };
  return {
    type,
    answers: [
      { type: 'text', text: '' },
      { type: 'text', text: '' },
    ],
  };
}

/** Whether the answer says anything yet; the server checks the rest. */
export function isWritten(answer: Answer): boolean {
  if (answer.type === 'text') return answer.text.trim() !== '';
  if (answer.type === 'article') return answer.title.trim() !== '' && answer.url.trim() !== '';
  if (answer.type === 'one-of') return answer.answers.length > 1 && answer.answers.every(isWritten);
  return true;
}

/** Optional texts that were left empty are not sent. */
export function tidyAnswer(answer: Answer): Answer {
  if (answer.type === 'one-of') {
    return { ...answer, answers: answer.answers.map((one) => tidyAnswer(one) as SimpleAnswer) };
  }
  const kept = Object.entries(answer).filter(([, value]) => value !== '' && value !== undefined);
  return Object.fromEntries(kept) as Answer;
}

type Facts = Readonly<Record<string, unknown>>;
const isFacts = (value: unknown): value is Facts => typeof value === 'object' && value !== null;
const wordIn = (facts: Facts, name: string): string | undefined =>
  typeof facts[name] === 'string' ? facts[name] : undefined;

function messageOf(reply: Facts): PhoneMessage[] {
  const kind = wordIn(reply, 'kind') ?? wordIn(reply, 'type');
  if (kind === 'text') return [{ kind: 'text', text: wordIn(reply, 'text') ?? '' }];
  if (kind === 'image') return [{ kind: 'image' }];
  if (kind === 'voice' || kind === 'video' || kind === 'music') {
    const title = wordIn(reply, 'title');
    return [title === undefined ? { kind } : { kind, title }];
  }
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
