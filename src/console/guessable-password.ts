/** Why a password is among the first that anybody would try. */
export type Guessable =
  | 'password_common'
  | 'password_personal'
  | 'password_repeats'
  | 'password_sequence'
  | 'password_digits';

/** Fewer independent pieces than this are tried in no time; a letter that belongs to nothing is a piece. */
const FEWEST_PIECES = 6;
/** Ten to thirteen digits are a telephone number, a date or a QQ number. */
const FEWEST_DIGITS = 14;

/** Words and numbers that passwords are made of, here and elsewhere. */
const words =
  `password passwort passwd pass word admin administrator root user login guest test demo temp
  welcome letmein iloveyou monkey dragon master shadow football baseball princess sunshine superman batman
  secret changeme change default system server manager operator owner company office hello abc aa asd zxc qwe
  qaz wsx edc rfv love baby angel trustno mima woaini wodemima ceshi guanliyuan zhanghao nihao wangluo weixin
  wechat qiye gongzhonghao guanxi tencent alipay taobao xiaomi huawei china beijing shanghai shenzhen guangzhou
  520 1314 5201314 666 888 168 123 321 110 007 spring summer autumn winter january monday`
    .split(/\s+/)
    .map(unmask)
    .sort((one, other) => other.length - one.length);

const rows = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop[]',
  "asdfghjkl;'",
  'zxcvbnm,./',
  '!@#$%^&*()_+',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/',
].flatMap((row) => [row, Array.from(row).reverse().join('')]);

type Piece = { kind: Guessable | 'own'; length: number };

/** What makes a password easy to guess for somebody who knows whose it is; nothing when it is not. */
export function guessable(
  password: string,
  knownOf: readonly string[] = [],
): Guessable | undefined {
  if (/^\d+$/.test(password) && password.length < FEWEST_DIGITS) return 'password_digits';
  const lower = password.toLowerCase();
  const block = smallestBlock(lower);
  const pieces = piecesOf(block, knownOf);
  const isRepeated = block.length < lower.length;
  if (pieces.length + (isRepeated ? 1 : 0) >= FEWEST_PIECES) return undefined;
  if (isRepeated) return 'password_repeats';
  const known = pieces.filter((piece) => piece.kind !== 'own');
  const [longest] = known.sort((one, other) => other.length - one.length);
  return longest && longest.kind !== 'own' ? longest.kind : 'password_repeats';
}

function piecesOf(text: string, knownOf: readonly string[]): Piece[] {
  const plain = unmask(text);
  const personal = knownOf.map(unmask).filter((word) => word.length >= 3);
  const pieces: Piece[] = [];
  for (let at = 0; at < text.length; at += pieces.at(-1)?.length ?? 1) {
    const found: Piece[] = [
      { kind: 'password_personal', length: wordAt(plain, at, personal) },
      { kind: 'password_common', length: wordAt(plain, at, words) },
      { kind: 'password_common', length: yearAt(text, at) },
      { kind: 'password_sequence', length: sequenceAt(text, at) },
      { kind: 'password_repeats', length: sameAt(text, at) },
    ];
    const own: Piece = { kind: 'own', length: 1 };
    pieces.push(found.reduce((best, one) => (one.length > best.length ? one : best), own));
  }
  return pieces;
}

const wordAt = (text: string, at: number, of: readonly string[]): number =>
  Math.max(0, ...of.filter((word) => text.startsWith(word, at)).map((word) => word.length));

const yearAt = (text: string, at: number): number =>
  /^(?:19|20)\d\d/.test(text.slice(at, at + 4)) ? 4 : 0;

/** Neighbours in the alphabet, among the digits or on the keyboard: three at least. */
function sequenceAt(text: string, at: number): number {
  let longest = 0;
  for (let end = at + 3; end <= text.length; end++) {
    if (!rows.some((row) => row.includes(text.slice(at, end)))) break;
    longest = end - at;
  }
  return longest;
}

function sameAt(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text[end] === text[at]) end++;
  return end - at;
}

/** `abcabcabc` is `abc` and no more. */
function smallestBlock(text: string): string {
  for (let length = 1; length <= text.length / 2; length++) {
    const block = text.slice(0, length);
    if (block.repeat(Math.ceil(text.length / length)).startsWith(text)) return block;
  }
  return text;
}

/** Signs and digits that stand for letters are read as those letters: `P@ssw0rd`. */
function unmask(text: string): string {
  const letters: Readonly<Record<string, string>> = {
    '@': 'a',
    '4': 'a',
    '3': 'e',
    '1': 'i',
    '!': 'i',
    l: 'i',
    '0': 'o',
    '5': 's',
    $: 's',
    '7': 't',
  };
  return text.toLowerCase().replace(/[@4310!5$7l]/g, (sign) => letters[sign] ?? sign);
}
