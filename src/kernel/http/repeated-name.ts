/** Texts, those before a colon told apart, and where objects begin and end; what lies between does not matter here. */
const marks = /"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?|[{}]/g;

/**
 * Whether an object of this valid JSON names something twice: one reader takes the first, another the last, and
 * `JSON.parse` tells nobody. `"a"` and `"\u0061"` are the same name.
 */
export function hasRepeatedName(json: string): boolean {
  const open: Set<string>[] = [];
  for (const [mark, raw = '', colon] of json.matchAll(marks)) {
    if (mark === '{') open.push(new Set());
    else if (mark === '}') open.pop();
    else if (colon !== undefined) {
      const names = open.at(-1);
      const name = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
      if (names?.has(name)) return true;
      names?.add(name);
    }
  }
  return false;
}
