/** XML as we keep it: every value the exact string that was written, never a number. */
export interface XmlTree {
  readonly [tag: string]: XmlValue;
}

export type XmlValue = string | XmlTree | readonly (string | XmlTree)[];

/** What XML 1.0 does not allow at all; halves of surrogate pairs are looked for apart, which is cheaper. */
const illegal = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const everyIllegal = new RegExp(illegal, 'g');
const halfPair = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export function hasIllegalCharacter(text: string): boolean {
  return illegal.test(text) || !text.isWellFormed();
}

export function withoutIllegalCharacters(text: string): string {
  return hasIllegalCharacter(text) ? text.replace(halfPair, '').replace(everyIllegal, '') : text;
}

/**
 * Tag names we read: ASCII, a letter first. Leaves out `__proto__` and everything else that an ordinary
 * object answers to without owning it.
 */
export function isTagName(name: string): boolean {
  if (seenTagNames.has(name)) return true;
  const isOne = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(name) && !(name in Object.prototype);
  if (isOne && seenTagNames.size < mostSeenTagNames) seenTagNames.add(name);
  return isOne;
}

/** The platform writes the same few names all day. */
const seenTagNames = new Set<string>();
const mostSeenTagNames = 500;

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** Resolves the five entities of XML; anything else, numbers too, makes the text unreadable. */
export function decodeEntities(text: string): string | undefined {
  if (!text.includes('&')) return text;
  if (/&(?!(?:amp|lt|gt|quot|apos);)/.test(text)) return undefined;
  return text.replace(/&([a-z]+);/g, (_, name: string) => entities[name] ?? '');
}

export function textOf(tree: XmlTree, tag: string): string {
  const value = tree[tag];
  return typeof value === 'string' ? value : '';
}

/** The subtree under `tag`; empty when it is missing or holds text only. */
export function treeOf(tree: XmlTree, tag: string): XmlTree {
  const value = tree[tag];
  return value !== undefined && typeof value !== 'string' && !isList(value) ? value : {};
}

/** A repeated tag as a list, whether it came once, often or not at all. */
export function listOf(tree: XmlTree, tag: string): readonly (string | XmlTree)[] {
  const value = tree[tag];
  if (value === undefined || value === '') return [];
  return isList(value) ? value : [value];
}

export function treesOf(tree: XmlTree, tag: string): readonly XmlTree[] {
  return listOf(tree, tag).filter((entry): entry is XmlTree => typeof entry !== 'string');
}

const isList = (value: XmlValue): value is readonly (string | XmlTree)[] => Array.isArray(value);

/** A decimal number as written by WeChat; 0 when there is none. */
export function numberOf(fields: XmlTree, tag: string): number {
  const text = textOf(fields, tag);
  return /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : 0;
}

/** `{ [name]: text }` when the tag holds something, else nothing at all. */
export function optional<Name extends string>(
  fields: XmlTree,
  tag: string,
  name: Name,
): { [Key in Name]?: string } {
  const text = textOf(fields, tag);
  return text === '' ? {} : ({ [name]: text } as { [Key in Name]?: string });
}
