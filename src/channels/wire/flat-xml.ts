import { decodeEntities, hasIllegalCharacter, isTagName, type XmlTree } from './xml-tree';

const open = '<xml>';
const close = '</xml>';
const cdataOpen = '<![CDATA[';
const cdataClose = ']]>';

/**
 * Reads `<xml>` with one level of text or CDATA, which is what nearly every callback is. Refuses whatever
 * else XML may hold: nesting, attributes, comments, declarations, repeated tags, trailing bytes, unknown entities.
 * A refusal says "not flat", not "not XML": nested events go to `readNestedXml`.
 */
export function readFlatXml(text: string): Readonly<Record<string, string>> | undefined {
  if (!text.startsWith(open) || hasIllegalCharacter(text)) return undefined;
  const fields = Object.create(null) as Record<string, string>;
  let at = skipBlank(text, open.length);
  let empty = true;
  while (!text.startsWith(close, at)) {
    const nameEnd = text.charCodeAt(at) === 60 ? text.indexOf('>', at) : -1;
    if (nameEnd < 0) return undefined;
    const name = text.slice(at + 1, nameEnd);
    if (!isTagName(name) || name in fields) return undefined;
    const end = `</${name}>`;
    let value = '';
    at = nameEnd + 1;
    while (!text.startsWith(end, at)) {
      if (text.startsWith(cdataOpen, at)) {
        const closed = text.indexOf(cdataClose, at + cdataOpen.length);
        if (closed < 0) return undefined;
        value += text.slice(at + cdataOpen.length, closed);
        at = closed + cdataClose.length;
      } else {
        const next = text.indexOf('<', at);
        if (next <= at) return undefined;
        const written = text.slice(at, next);
        const meant = written.includes(cdataClose) ? undefined : decodeEntities(written);
        if (meant === undefined) return undefined;
        value += meant;
        at = next;
      }
    }
    fields[name] = value;
    empty = false;
    at = skipBlank(text, at + end.length);
  }
  const isWhole = skipBlank(text, at + close.length) === text.length;
  return isWhole && !empty ? fields : undefined;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
    at += 1;
  }
}

/** The flat reader's fields are a tree without branches. */
export type FlatXml = XmlTree & Readonly<Record<string, string>>;
