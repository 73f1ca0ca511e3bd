import { text } from '../kernel/text';

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
const textOf = (what: What): string => `[${text('zh-CN', `model.redacted.${what}`)}]`;

const rules: readonly (readonly [RegExp, What])[] = [
  [/\b(?:https?|weixin):\/\/\S+|\bwww\.\S+/giu, 'link'],
  [/[\p{L}\p{N}._%+-]+\s?@\s?[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu, 'mail'],
  // openid, unionid, external user ids: long and of no language.
  [/(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{20,}(?![A-Za-z0-9_-])/gu, 'id'],
  [/(?<![A-Za-z0-9_-])(?:o|wm|wo)[A-Za-z0-9_-]{24,}(?![A-Za-z0-9_-])/gu, 'id'],
  [/(?<!\d)\d(?:[\s\-.·,、()]{0,2}\d){5,20}[Xx](?![A-Za-z])/gu, 'number'],
  [/\+?\(?\d(?:[\s\-.·,、()/_]{0,2}\d){6,}/gu, 'number'],
  [/[零〇一二三四五六七八九幺两](?:[\s\-]{0,2}[零〇一二三四五六七八九幺两]){6,}/gu, 'number'],
  [/(?:微信号?|wechat|wx|vx|qq)\s*[:：是为]?\s*[A-Za-z0-9][A-Za-z0-9_-]{4,19}/giu, 'account'],
];

/** Full-width, circled and other scripts' digits are digits to whoever reads them. */
function foldDigits(said: string): string {
  return said.replace(/[\p{Nd}\p{No}＠．－]/gu, (mark) => {
    const folded = mark.normalize('NFKC');
    return /^[\d@.-]+$/.test(folded) ? folded : mark;
  });
}
