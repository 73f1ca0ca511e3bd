/**
 * Takes out of a text what names or reaches a person: addresses, identity and bank card numbers, phones, ids of
 * WeChat. Rather too much than too little: any seven digits in a row go, with the marks people put between them.
 */
export function redact(text: string): string {
  return rules.reduce((left, [pattern, put]) => left.replace(pattern, put), foldDigits(text));
}

const rules: readonly (readonly [RegExp, string])[] = [
  [/\b(?:https?|weixin):\/\/\S+|\bwww\.\S+/giu, '[链接]'],
  [/[\p{L}\p{N}._%+-]+\s?@\s?[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu, '[邮箱]'],
  // openid, unionid, external user ids: long and of no language.
  [/(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{20,}(?![A-Za-z0-9_-])/gu, '[编号]'],
  [/(?<![A-Za-z0-9_-])(?:o|wm|wo)[A-Za-z0-9_-]{24,}(?![A-Za-z0-9_-])/gu, '[编号]'],
  [/(?<!\d)\d(?:[\s\-.·,、()]{0,2}\d){5,20}[Xx](?![A-Za-z])/gu, '[号码]'],
  [/\+?\(?\d(?:[\s\-.·,、()/_]{0,2}\d){6,}/gu, '[号码]'],
  [/[零〇一二三四五六七八九幺两](?:[\s\-]{0,2}[零〇一二三四五六七八九幺两]){6,}/gu, '[号码]'],
  [/(?:微信号?|wechat|wx|vx|qq)\s*[:：是为]?\s*[A-Za-z0-9][A-Za-z0-9_-]{4,19}/giu, '[账号]'],
];

/** Full-width, circled and other scripts' digits are digits to whoever reads them. */
function foldDigits(text: string): string {
  return text.replace(/[\p{Nd}\p{No}＠．－]/gu, (mark) => {
    const folded = mark.normalize('NFKC');
    return /^[\d@.-]+$/.test(folded) ? folded : mark;
  });
}
