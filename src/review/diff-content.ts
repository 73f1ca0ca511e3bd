/** One thing that differs between two versions, in the shape a person reads it. */
export type FieldChange = {
  /** `answer.text`, `keywords`, `answer.messages.1.text`. */
  readonly field: string;
  readonly kind: 'value' | 'list' | 'lines';
  /** As in the content; null where there was none. */
  readonly before: unknown;
  readonly after: unknown;
  readonly added: unknown[];
  readonly removed: unknown[];
  readonly lines: DiffLine[];
};
export type DiffLine = { readonly kind: 'same' | 'added' | 'removed'; readonly text: string };

const nothing = { before: null, after: null, added: [], removed: [], lines: [] };

/** What changed, field by field; knows nothing of what fields there are. */
export function diffContent(before: unknown, after: unknown, field = ''): FieldChange[] {
  if (isNothing(before) && isNothing(after)) return [];
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  // What came, or went, as a whole is read part by part.
  if (isNothing(before) && isMade(after)) return diffContent(emptyOf(after), after, field);
  if (isNothing(after) && isMade(before)) return diffContent(before, emptyOf(before), field);
  if (isPlain(before) && isPlain(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => diffContent(before[key], after[key], join(field, key)));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    if (!isInTurn([...(before as unknown[]), ...(after as unknown[])])) {
      return listChange(field, before, after);
    }
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, place) =>
      diffContent(before[place], after[place], join(field, String(place))),
    ).flat();
  }
  if (typeof before === 'string' && typeof after === 'string' && isLong(before, after)) {
    return [{ ...nothing, field, kind: 'lines', lines: diffLines(before, after) }];
  }
  return [{ ...nothing, field, kind: 'value', before: before ?? null, after: after ?? null }];
}

const join = (field: string, key: string) => (field === '' ? key : `${field}.${key}`);
const isNothing = (value: unknown) => value === undefined || value === null;
const isMade = (value: unknown) => Array.isArray(value) || isPlain(value);
const emptyOf = (value: unknown) => (Array.isArray(value) ? [] : {});
const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** Messages are compared first with first and second with second; other lists by what came and went. */
const isInTurn = (values: readonly unknown[]) =>
  values.every((one) => isPlain(one) && typeof one['type'] === 'string');
const isLong = (before: string, after: string) => /\n/.test(before + after);

function listChange(
  field: string,
  before: readonly unknown[],
  after: readonly unknown[],
): FieldChange[] {
  const lacking = (list: readonly unknown[]) => {
    const there = new Set(list.map((one) => JSON.stringify(one)));
    return (one: unknown) => !there.has(JSON.stringify(one));
  };
  const added = after.filter(lacking(before));
  const removed = before.filter(lacking(after));
  if (added.length + removed.length > 0) {
    return [{ ...nothing, field, kind: 'list', added, removed }];
  }
  return [{ ...nothing, field, kind: 'value', before, after }];
}

/** Beyond this many comparisons two texts are shown one after the other. */
const mostCells = 1_000_000;

/** Longest common lines: what stayed, what went, what came. */
export function diffLines(before: string, after: string): DiffLine[] {
  const old = before.split('\n');
  const fresh = after.split('\n');
  let head = 0;
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head += 1;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < fresh.length - head &&
    old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]
  ) {
    tail += 1;
  }
  const as = (kind: DiffLine['kind']) => (text: string) => ({ kind, text });
  const middle = [
    old.slice(head, old.length - tail),
    fresh.slice(head, fresh.length - tail),
  ] as const;
  return [
    ...old.slice(0, head).map(as('same')),
    ...(middle[0].length * middle[1].length > mostCells
      ? [...middle[0].map(as('removed')), ...middle[1].map(as('added'))]
      : commonLines(...middle)),
    ...old.slice(old.length - tail).map(as('same')),
  ];
}

function commonLines(old: readonly string[], fresh: readonly string[]): DiffLine[] {
  const width = fresh.length + 1;
  const longest = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] =
        old[i] === fresh[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      lines.push({ kind: 'same', text: old[i] ?? '' });
      i += 1;
      j += 1;
    } else if (j >= fresh.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'removed', text: old[i] ?? '' });
      i += 1;
    } else {
      lines.push({ kind: 'added', text: fresh[j] ?? '' });
      j += 1;
    }
  }
  return lines;
}
