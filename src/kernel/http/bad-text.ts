/** NUL and other control characters but tab and line break, and halves of characters: no database keeps them all. */
const badCharacter = /(?![\t\n]|\r\n)\p{Cc}|\p{Surrogate}/u;

export const isBadText = (text: string): boolean => badCharacter.test(text);

/** Where in a value read from JSON a text, or a name, holds what nobody types. Undefined when all is well. */
export function findBadText(value: unknown): string[] | undefined {
  const open: { node: unknown; path: string[] }[] = [{ node: value, path: [] }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, path } = next;
    if (typeof node === 'string' && isBadText(node)) return path;
    if (typeof node !== 'object' || node === null) continue;
    for (const [name, inner] of Object.entries(node)) {
      if (isBadText(name)) return path;
      open.push({ node: inner, path: [...path, name] });
    }
  }
  return undefined;
}
