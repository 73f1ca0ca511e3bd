import { normaliseQuestion } from './faq';

const longestKept = 200;

/** Two questions with the same fold are one question; empty when nothing was asked. */
export const foldQuestion = (said: string): string =>
  cutQuestion(normaliseQuestion(said).replaceAll(' ', ''));

/** By characters, as the column counts; a blank at the end would not survive every collation. */
export function cutQuestion(text: string): string {
  const whole = text.replace(/[\p{Cc}\p{Surrogate}]/gu, ' ');
  return Array.from(whole).slice(0, longestKept).join('').trim();
}
