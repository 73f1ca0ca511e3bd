import { text } from './text';

/**
 * Takes out of a text what names or reaches a person: addresses, identity and bank card numbers, phones, ids of
 * WeChat. Rather too much than too little: any seven digits in a row go, with the marks people put between them.
 */
export function redact(said: string): string {
  return rules.reduce(
    (left, [pattern, put]) => left.replace(pattern, textOf(put)),
    foldDigits(said),
  );
}

type What = 'link' | 'mail' | 'id' | 'number' | 'account';

/** In the language of the questions, so that a model still reads a sentence. */
const textOf = (what: What): string => `[${text('zh-CN', `redacted.${what}`)}]`;

/** A figure, written or spelt; 洞, 幺 and 拐 are how numbers are read out. */
const figure = '[\\d零〇一二三四五六七八九幺么两壹贰叁肆伍陆柒捌玖洞拐]';
/** Whatever people put between figures; a colon is left out, because opening hours are no phone. */
const gap = '[^\\p{L}\\p{N}:：\\n。？?！!]{0,4}';
const dot = '\\s{0,2}(?:[.。·点]|[([{（【]?\\s?dot\\s?[)\\]}）】]?)\\s{0,2}';
const at = '\\s{0,3}(?:@|[([{（【]\\s?(?:at|@)\\s?[)\\]}）】]|\\sat\\s|艾特)\\s{0,3}';

const rules: readonly (readonly [RegExp, What])[] = [
  [/\b(?:https?|weixin):\/\/\S+|\bwww\.\S+/giu, 'link'],
  [/(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+\s?@\s?[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu, 'mail'],
  [
    new RegExp(
      `(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}${at}[A-Za-z0-9-]{1,63}(?:${dot}[A-Za-z]{2,24}){1,3}`,
      'giu',
    ),
    'mail',
  ],
  // openid, unionid, external user ids: long and of no language.
  [/(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{20,}(?![A-Za-z0-9_-])/gu, 'id'],
  [/(?<![A-Za-z0-9_-])(?:o|wm|wo)[A-Za-z0-9_-]{24,}(?![A-Za-z0-9_-])/gu, 'id'],
  [
    new RegExp(`\\+?\\(?${figure}(?:${gap}${figure}){6,}(?:${gap}[Xx](?![A-Za-z]))?`, 'gu'),
    'number',
  ],
  [/\d{3,4}[:：]\d{3,4}(?:[:：]\d{3,4})?/gu, 'number'],
  // Letters that look like noughts and ones.
  [/(?<![A-Za-z0-9])(?=(?:[OoIl]*\d){4})[\dOoIl]{10,13}(?![A-Za-z0-9])/gu, 'number'],
  [
    /(?:[微薇威]信号?|wechat|weixin|wx|vx|v信|qq号?|扣扣)\s*[:：是为]?\s*[A-Za-z0-9][A-Za-z0-9_-]{4,19}/giu,
    'account',
  ],
];

/** Where a script's ten digits begin: they stand in a row, zero first. */
function valueOf(digit: string): string {
  const place = digit.codePointAt(0) ?? 0;
  let zero = place;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((place - zero) % 10);
}

/**
 * Full-width, circled and other scripts' digits are digits to whoever reads them, circles after a numeral are
 * noughts, and what cannot be seen between them is not there.
 */
export function foldDigits(said: string): string {
  return said
    .replace(/[\p{Cf}\uFE0E\uFE0F\u20E3]/gu, '')
    .replace(/(?<=[\p{N}一二三四五六七八九零])[○◯]+/gu, (marks) => '0'.repeat(marks.length))
    .replace(/[\p{Nd}\p{No}＠．－]/gu, (mark) => {
      const folded = mark.normalize('NFKC');
      if (/^[\d@.()一二三四五六七八九-]+$/.test(folded)) return folded;
      return /^\p{Nd}$/u.test(mark) ? valueOf(mark) : mark;
    });
}
