import { z } from 'zod';
import { isBadText } from '../kernel/http';
import { exceededByFaqAnswer, problemOfFaqAnswer } from './answers/faq-template';
import type { FaqRecord } from './save-faq';

export type LineProblem =
  | 'line_too_long'
  | 'not_utf8'
  | 'not_json'
  | 'not_an_object'
  | 'id_invalid'
  | 'question_invalid'
  | 'similar_invalid'
  | 'answer_invalid'
  | 'answer_too_long';

const words = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((text) => !isBadText(text));

/** An FAQ of such an id could be opened under no address: it would be another page, or another folder. */
export const isReservedId = (given: string): boolean =>
  /^\.+$/.test(given) || reserved.has(given.toLowerCase());
const reserved = new Set(['candidates', 'effect', 'examples', 'feedback', 'health', 'import']);
reserved.add('learning').add('new');

const id = z
  .union([z.string(), z.int().min(0)])
  .transform(String)
  .pipe(
    z
      .string()
      .trim()
      .regex(/^[\x21-\x7e]{1,64}$/)
      .refine((given) => !isReservedId(given)),
  );
const question = words(500);
const similar = z.array(words(500)).max(200).nullish();
const answer = words(50_000).refine((text) => problemOfFaqAnswer(text) === undefined);

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** One line of an import: the FAQ, the reason why not, or undefined for an empty line. */
export function readFaqLine(
  bytes: Buffer | undefined,
  isFirst: boolean,
): FaqRecord | LineProblem | undefined {
  if (!bytes) return 'line_too_long';
  let line: string;
  try {
    line = utf8.decode(bytes);
  } catch {
    return 'not_utf8';
  }
  if (isFirst) line = line.replace(/^\ufeff/, '');
  if (line.trim() === '') return undefined;
  let given: unknown;
  try {
    given = JSON.parse(line);
  } catch {
    return 'not_json';
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return 'not_an_object';
  const fields = given as Record<string, unknown>;
  const read = {
    id: id.safeParse(fields['id']),
    question: question.safeParse(fields['question']),
    similar: similar.safeParse(fields['similar']),
    answer: answer.safeParse(fields['answer']),
  };
  if (!read.id.success) return 'id_invalid';
  if (!read.question.success) return 'question_invalid';
  if (!read.similar.success) return 'similar_invalid';
  if (!read.answer.success) return 'answer_invalid';
  if (exceededByFaqAnswer(read.answer.data) !== undefined) return 'answer_too_long';
  return {
    id: read.id.data,
    question: read.question.data,
    similar: [...new Set(read.similar.data ?? [])],
    answer: read.answer.data,
    status: 'published',
  };
}
