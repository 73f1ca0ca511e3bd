import ts from 'typescript';

/** A piece of a source file that a person reads: a comment, or a text the program may say. */
export type Piece = { kind: 'comment' | 'literal' | 'pattern'; text: string; line: number };

/** Comments, texts and regular expressions of a TypeScript or JavaScript source. */
export function piecesOf(path: string, source: string, firstLine = 1): Piece[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.ES2022, true, scriptKind(path));
  const pieces: Piece[] = [];
  const lineAt = (position: number) =>
    firstLine + file.getLineAndCharacterOfPosition(position).line;
  const seen = new Set<number>();
  const keepComments = (ranges: ts.CommentRange[] | undefined) => {
    for (const { pos, end } of ranges ?? []) {
      if (seen.has(pos)) continue;
      seen.add(pos);
      pieces.push({ kind: 'comment', text: source.slice(pos, end), line: lineAt(pos) });
    }
  };
  const visit = (node: ts.Node) => {
    keepComments(ts.getLeadingCommentRanges(source, node.getFullStart()));
    keepComments(ts.getTrailingCommentRanges(source, node.getEnd()));
    if (ts.isRegularExpressionLiteral(node)) {
      pieces.push({ kind: 'pattern', text: node.text, line: lineAt(node.getStart()) });
    } else if (ts.isStringLiteralLike(node) || isTemplatePart(node)) {
      pieces.push({ kind: 'literal', text: node.text, line: lineAt(node.getStart()) });
    }
    for (const child of node.getChildren(file)) visit(child);
  };
  visit(file);
  return pieces;
}

/** The same of a Vue file: its script, and what stands in template and styles. */
export function piecesOfVue(path: string, source: string): Piece[] {
  const pieces: Piece[] = [];
  let rest = source;
  for (const block of source.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)) {
    const before = source.slice(0, block.index + block[0].indexOf('>') + 1);
    pieces.push(...piecesOf(`${path}.ts`, block[1] ?? '', before.split('\n').length));
    rest = rest.replace(block[0], block[0].replace(/[^\n]/g, ' '));
  }
  const comments = /<!--[\s\S]*?-->|\/\*[\s\S]*?\*\//g;
  for (const comment of rest.matchAll(comments)) {
    const line = rest.slice(0, comment.index).split('\n').length;
    pieces.push({ kind: 'comment', text: comment[0], line });
  }
  const said = rest.replace(comments, (comment) => comment.replace(/[^\n]/g, ' '));
  said.split('\n').forEach((text, index) => {
    if (text.trim() !== '') pieces.push({ kind: 'literal', text, line: index + 1 });
  });
  return pieces;
}

export type Call = { name: string; args: (string | undefined)[]; line: number };

/** Calls and constructions by name; an argument that is a plain text is given, any other is `undefined`. */
export function callsOf(path: string, source: string): Call[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.ES2022, false, scriptKind(path));
  const calls: Call[] = [];
  const visit = (node: ts.Node) => {
    if (
      (ts.isCallExpression(node) || ts.isNewExpression(node)) &&
      ts.isIdentifier(node.expression)
    ) {
      const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
      for (const args of readArguments(node.arguments ?? [])) {
        calls.push({ name: node.expression.text, args, line });
      }
    }
    node.forEachChild(visit);
  };
  visit(file);
  return calls;
}

/** `ok ? 'a' : 'b'` counts as two calls: both texts must be right. */
function readArguments(args: readonly ts.Expression[]): (string | undefined)[][] {
  return args.reduce<(string | undefined)[][]>(
    (lists, arg) => textsOf(arg).flatMap((text) => lists.map((list) => [...list, text])),
    [[]],
  );
}

function textsOf(node: ts.Expression): (string | undefined)[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node))
    return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  return [undefined];
}

function isTemplatePart(
  node: ts.Node,
): node is ts.TemplateHead | ts.TemplateMiddle | ts.TemplateTail {
  return ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node);
}

function scriptKind(path: string): ts.ScriptKind {
  return /\.c?js$/.test(path) ? ts.ScriptKind.JS : ts.ScriptKind.TS;
}
