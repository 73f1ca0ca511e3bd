import type { FaqSource } from '../replies';

const longest = 400;

type Flaw =
  'empty' | 'too-long' | 'markup' | 'strange-characters' | 'link' | 'number' | 'off-source';

/**
 * Why a model's own words may not be said: they have to be plain text, most of it from the source, with no link
 * and no number that the source does not have. It cannot see that a sentence was turned into its opposite.
 */
export function flawOf(
  text: string,
  source: Pick<FaqSource, 'question' | 'answer'>,
): Flaw | undefined {
  if (text === '') return 'empty';
  if (Array.from(text).length > longest) return 'too-long';
  if (/[^\P{C}\n]|[\u2028\u2029]/u.test(text)) return 'strange-characters';
  if (/[<>`{}[\]|\\]|\*\*|^\s*#/mu.test(text)) return 'markup';
  const given = `${source.question}\n${source.answer}`;
  if (!isSubset(linksIn(text), linksIn(given))) return 'link';
  if (!isSubset(numbersIn(text), numbersIn(given))) return 'number';
  return shareFrom(text, given) < leastShare ? 'off-source' : undefined;
}

const isSubset = (some: ReadonlySet<string>, all: ReadonlySet<string>): boolean =>
  [...some].every((one) => all.has(one));

/** Addresses, also without a scheme, and with the dots people write to get past a filter. */
function linksIn(text: string): Set<string> {
  const folded = text.normalize('NFKC').toLowerCase().replaceAll('。', '.');
  const found = [
    ...(folded.match(/[a-z][a-z0-9+.-]*:\/\/[^\s，；]+/g) ?? []),
    ...(folded.match(/[a-z0-9-]+(?:\s?\.\s?[a-z0-9-]+)*\s?\.\s?[a-z]{2,}/g) ?? []),
    ...(folded.match(/[^\s@]+@[^\s@]+/g) ?? []),
    ...(folded.match(/(?:微信号?|公众号|wechat|vx|qq)\s*[:是为]?\s*[a-z0-9_-]{4,}/g) ?? []),
  ];
  return new Set(found.map((one) => one.replaceAll(/\s/g, '')));
}

const units =
  '元|块|角|分钟|分|折|成|%|天|日|号|小时|点|年|个月|月|周|倍|米|公里|斤|公斤|克|毫升|升|位|人|张|盒|瓶|支|岁|个|件|次|份|袋|片';
const han = '零〇一二两三四五六七八九十百千万亿';
const arabic = new RegExp(`[¥$￥]?\\s?(\\d+(?:[.,:：]\\d+)*)\\s?(${units})?`, 'gu');
/** Numbers of banks and of other scripts are compared as they stand. */
const otherNumbers = /[壹贰叁肆伍陆柒捌玖拾佰仟萬億兩廿卅]|(?![0-9])[\p{Nd}\p{No}\p{Nl}]/gu;
const chinese = new RegExp(`([${han}]+)\\s?(${units})|([${han}]{2,})`, 'gu');

/** Every number with what it counts: 「99 元」 does not allow 「99 折」. Money is one unit however it is written. */
function numbersIn(text: string): Set<string> {
  const folded = text.normalize('NFKC');
  const found = new Set<string>(folded.match(otherNumbers));
  for (const [whole, number = '', unit = ''] of folded.matchAll(arabic)) {
    const counted = /^[¥$￥]/u.test(whole) || unit === '块' ? '元' : unit;
    add(found, number.replaceAll(',', ''), counted);
  }
  for (const [, counted, unit = '', bare] of folded.matchAll(chinese)) {
    add(found, String(valueOf(counted ?? bare ?? '')), unit === '块' ? '元' : unit);
  }
  return found;
}

function add(found: Set<string>, number: string, unit: string): void {
  found.add(unit === '' ? number : `${number}${unit}`);
  // A source that says what is counted also allows the bare number.
  if (unit !== '') found.add(number);
}

const digits = '零一二三四五六七八九';
const scales: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1_000, 万: 1e4, 亿: 1e8 };

/** 一百二十 → 120, 二〇二六 → 2026. */
function valueOf(word: string): number {
  const plain = word.replaceAll('〇', '零').replaceAll('两', '二');
  if (!/[十百千万亿]/.test(plain)) {
    return Number(Array.from(plain, (mark) => digits.indexOf(mark)).join(''));
  }
  let whole = 0;
  let part = 0;
  let digit = 0;
  for (const mark of plain) {
    const scale = scales[mark];
    if (scale === undefined) {
      digit = digits.indexOf(mark);
    } else if (scale >= 1e4) {
      whole = (whole + part + digit) * scale;
      [part, digit] = [0, 0];
    } else {
      part += (digit === 0 ? 1 : digit) * scale;
      digit = 0;
    }
  }
  return whole + part + digit;
}

const leastShare = 0.5;

/** How much of a text, by pairs of characters, stands in another. */
function shareFrom(text: string, given: string): number {
  const known = new Set(pairsOf(given));
  const pairs = pairsOf(text);
  if (pairs.length === 0) return 0;
  return pairs.filter((pair) => known.has(pair)).length / pairs.length;
}

function pairsOf(text: string): string[] {
  const letters = Array.from(
    text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]/gu, ''),
  );
  return letters.slice(1).map((letter, index) => `${letters[index] ?? ''}${letter}`);
}
