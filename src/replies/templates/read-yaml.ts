import { isNode, LineCounter, parseDocument } from 'yaml';

/** What is wrong in a templates folder; `line` counts from 1. */
export type TemplateProblem = {
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly message: string;
};

export type YamlFile = {
  readonly value: unknown;
  /** The line on which the value at this path begins, or its nearest ancestor. */
  lineOf(path: readonly PropertyKey[]): number;
  readonly problems: readonly TemplateProblem[];
};

export function readYaml(file: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const problems = [...document.errors, ...document.warnings].map((error) => ({
    file,
    line: lines.linePos(error.pos[0]).line,
    code: 'yaml',
    message: error.message,
  }));
  if (problems.length > 0) return { value: undefined, lineOf, problems };
  try {
    return { value: document.toJS({ maxAliasCount: 20 }) as unknown, lineOf, problems };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'not readable';
    return { value: undefined, lineOf, problems: [{ file, line: 1, code: 'yaml', message }] };
  }
}
