import { longestTemplateBytes, longestTextBytes } from './answer';
import { isTemplate, knownUnsaid, problemOfTemplate, type Unsaid } from './template-text';

const namesVariable = /\{[{%][^{}]*\b(person|account|scene|now)\b/;

/** Imported answers are often not written for us: only those that name a variable are templates. */
export const isFaqTemplate = (answer: string): boolean => namesVariable.test(answer);

/** Looks like a template and names no variable: followers would read its signs. */
export const isSaidAsWritten = (answer: string): boolean =>
  isTemplate(answer) && !isFaqTemplate(answer);

export const problemOfFaqAnswer = (answer: string): ReturnType<typeof problemOfTemplate> =>
  isFaqTemplate(answer) ? problemOfTemplate(answer) : undefined;

/** Of one that is written correctly and still would be told to nobody. */
export const unsaidFaqAnswer = (answer: string, zone: string, now: number): Unsaid | undefined =>
  isFaqTemplate(answer) ? knownUnsaid(answer, zone, now) : undefined;

/** The bytes an answer may have, where it has more: of an FAQ they are counted as of a rule. */
export function exceededByFaqAnswer(answer: string): number | undefined {
  const most = isFaqTemplate(answer) ? longestTemplateBytes : longestTextBytes;
  return Buffer.byteLength(answer) > most ? most : undefined;
}
