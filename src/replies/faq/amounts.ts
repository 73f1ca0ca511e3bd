import type { Knowledge } from './knowledge';

/** A number in a sentence, and the character on either side of it; empty at an end. */
interface Amount {
  readonly value: number;
  readonly before: string;
  readonly after: string;
}

const digitOf = new Map(Array.from('零一二三四五六七八九').map((sign, at) => [sign, at]));
digitOf.set('两', 2).set('〇', 0);
const unitOf = new Map([
  ['十', 10],
  ['百', 100],
  ['千', 1_000],
  ['万', 10_000],
]);
/** Digits, with a thousand or so in Chinese behind them, or a number all in Chinese. */
const ANY_AMOUNT = /[0-9]+[百千万]*|[零〇一二两三四五六七八九十百千万]+/gu;

/**
 * True when the phrasing of the FAQ that is most like the question speaks of another amount in the same
 * place: "top up 100" does not answer "top up 1000". A phrasing without numbers is open to any.
 */
export function hasOtherAmount(
  { phrasings, starts }: Knowledge,
  question: string,
  faq: number,
): boolean {
  const asked = amountsOf(question);
  if (asked.length === 0) return false;
  const frame = frameOf(question);
  let nearest = -1;
  let isOther = false;
  for (const { text } of phrasings.slice(starts[faq], starts[faq + 1])) {
    const likeness = likenessOf(frame, frameOf(text));
    const known = amountsOf(text);
    const differs = known.length > 0 && asked.some((one) => isDenied(one, known));
    if (likeness > nearest) isOther = differs;
    else if (likeness === nearest) isOther &&= differs;
    nearest = Math.max(nearest, likeness);
  }
  return isOther;
}

/** Others stand where this one stands, and it is not among them. */
function isDenied(asked: Amount, known: readonly Amount[]): boolean {
  const rivals = known.filter(
    ({ before, after }) =>
      (after !== '' && after === asked.after) || (before !== '' && before === asked.before),
  );
  return rivals.length > 0 && rivals.every(({ value }) => value !== asked.value);
}

function amountsOf(text: string): Amount[] {
  return [...text.matchAll(ANY_AMOUNT)].map(({ 0: written, index }) => ({
    value: valueOf(written),
    before: text.charAt(index - 1).trim(),
    after: text.charAt(index + written.length).trim(),
  }));
}

/** 1200, 1千2 is not written; 一千二百, 三百五 and 2万 are. */
function valueOf(written: string): number {
  let whole = 0;
  let part = 0;
  let digits = 0;
  let lastUnit = 1;
  for (const sign of written.match(/[0-9]+|./gu) ?? []) {
    const unit = unitOf.get(sign);
    if (unit === undefined) {
      digits = digitOf.get(sign) ?? Number(sign);
      if (digits === 0) lastUnit = 1;
      continue;
    }
    if (unit === 10_000) {
      whole = (whole + part + digits || 1) * unit;
      part = 0;
    } else part += (digits || 1) * unit;
    digits = 0;
    lastUnit = unit;
  }
  // 三百五 is 350, 三百零五 is 305.
  return whole + part + digits * (lastUnit >= 100 ? lastUnit / 10 : 1);
}

const frameOf = (text: string): Set<string> => new Set(text.replace(ANY_AMOUNT, '').split(''));

function likenessOf(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const common = [...one].filter((sign) => other.has(sign)).length;
  return (2 * common) / Math.max(1, one.size + other.size);
}
