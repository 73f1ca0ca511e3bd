import { redact } from '../kernel/redact';
import { normaliseQuestion } from './faq';

const longestKept = 200;

/** Two questions with the same fold are one question, whosever phone they name; empty when nothing was asked. */
export const foldQuestion = (said: string): string =>
  cut(normaliseQuestion(redact(said)).replaceAll(' ', ''));

/** What is kept of a question: nothing in it names or reaches who asked. */
export const cutQuestion = (said: string): string => cut(redact(said));

/** By characters, as the column counts; a blank at the end would not survive every collation. */
function cut(text: string): string {
  const whole = text.replace(/[\p{Cc}\p{Surrogate}]/gu, ' ');
  return Array.from(whole).slice(0, longestKept).join('').trim();
}
