/**
 * What each kind of template field takes, by the platform's page on category templates. The kind is the key without its number.
 * Lengths count characters; a value that breaks the rule is refused, never cut.
 */
const cjk = /[\u3400-\u9fff\uf900-\ufaff]/u;
const clock = '(?:[01]?\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d)?';
const day = '\\d{4}(?:\\u5e74\\d{1,2}\\u6708\\d{1,2}\\u65e5|-\\d{1,2}-\\d{1,2}|/\\d{1,2}/\\d{1,2})';
const timeOnly = `(?:${day}\\s*)?${clock}`;
const dateOnly = `${day}(?:\\s*${clock})?`;
const range = (one: string, optional: string) =>
  new RegExp(`^${one}(?:\\s*~\\s*(?:${optional}))?$`);

const lengthOf = (value: string) => Array.from(value).length;

const rules: Record<string, (value: string) => boolean> = {
  thing: (value) => lengthOf(value) <= 20,
  short_thing: (value) => lengthOf(value) <= 5,
  character_string: (value) => lengthOf(value) <= 32 && !cjk.test(value),
  number: (value) => /^[+-]?\d+(?:\.\d+)?$/.test(value) && value.length <= 32,
  letter: (value) => /^[A-Za-z]{1,32}$/.test(value),
  symbol: (value) => lengthOf(value) <= 5 && !/[\p{L}\p{N}]/u.test(value),
  time: (value) => range(timeOnly, timeOnly).test(value),
  date: (value) => range(dateOnly, `${dateOnly}|${clock}`).test(value),
  amount: (value) => /^\p{Sc}?\d{1,10}(?:\.\d+)?\u5143?$/u.test(value),
  phone_number: (value) => /^[\d+\-() ]{1,17}$/.test(value),
  car_number: (value) => lengthOf(value) <= 8,
  name: (value) => lengthOf(value) <= (cjk.test(value) ? 10 : 20) && !/\d/.test(value),
  phrase: (value) => lengthOf(value) <= 5 && /^[\u3400-\u9fff\uf900-\ufaff]+$/u.test(value),
  const: (value) => lengthOf(value) <= 20,
  enum: (value) => lengthOf(value) <= 20,
};

const control = /[\u0000-\u001f\u007f]/;

/** What WeChat's errmsg says about this value, or undefined when it may be sent. `keyword1` of historic templates takes anything. */
export function complaintAbout(key: string, value: string): string | undefined {
  const kind = key.replace(/\d+$/, '');
  const rule = rules[kind];
  if (value.trim() === '' && kind !== 'const' && kind !== 'enum') {
    return `argument invalid! data.${key}.value is emtpy`;
  }
  if (control.test(value) || (rule && !rule(value)))
    return `argument invalid! data.${key}.value invalid`;
  return undefined;
}
