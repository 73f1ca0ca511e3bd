import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';

/** Where something stands in a templates folder; line and column count from 1. */
export type Place = { readonly file: string; readonly line: number; readonly column: number };

/** What is wrong in a templates folder. */
export type TemplateProblem = Place & { readonly code: string; readonly message: string };

export type YamlFile = {
  readonly value: unknown;
  /** Where the value at this path begins, or its nearest ancestor. */
  placeOf(path: readonly PropertyKey[]): Place;
  /** Where the key itself stands, for one that should not be there. */
  placeOfKey(path: readonly PropertyKey[], key: string): Place;
  readonly problems: readonly TemplateProblem[];
};

export function readYaml(file: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const placeOf = (path: readonly PropertyKey[]): Place => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return at(node.range[0]);
    }
    return { file, line: 1, column: 1 };
  };
  const placeOfKey = (path: readonly PropertyKey[], key: string): Place => {
    const map = path.length === 0 ? document.contents : document.getIn(path, true);
    const pair = isMap(map)
      ? map.items.find((one) => isScalar(one.key) && one.key.value === key)
      : undefined;
    return isScalar(pair?.key) && pair.key.range ? at(pair.key.range[0]) : placeOf(path);
  };
  const found = { placeOf, placeOfKey };
  const problems = [...document.errors, ...document.warnings].map((error) => ({
    ...at(error.pos[0]),
    code: 'yaml',
    message: error.message,
  }));
  if (problems.length > 0) return { value: undefined, ...found, problems };
  try {
    return { value: document.toJS({ maxAliasCount: 20 }) as unknown, ...found, problems };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'not readable';
    const problem = { file, line: 1, column: 1, code: 'yaml', message };
    return { value: undefined, ...found, problems: [problem] };
  }
}
