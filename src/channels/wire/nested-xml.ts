import { Parser } from 'xml2js';
import { hasIllegalCharacter, isTagName, type XmlTree } from './xml-tree';

const deepest = 16;
const mostElements = 2_000;
const declaration = /^<\?xml [^<>?]*\?>\s*/;

/**
 * Reads nested XML with xml2js, which keeps every value a string but forgives too much; what it must not see
 * is refused first. Undefined when the text is not one plain `<xml>` element.
 */
export function readNestedXml(text: string): XmlTree | undefined {
  const body = text.replace(declaration, '').trimEnd();
  if (!isPlainXml(body)) return undefined;
  const found: { tree?: unknown; failed?: true } = {};
  const parser = new Parser({ explicitRoot: false, explicitArray: false, async: false });
  try {
    parser.parseString(body, (error: Error | null, tree: unknown) => {
      if (error) found.failed = true;
      else found.tree = tree;
    });
  } catch {
    return undefined;
  }
  const { tree, failed } = found;
  return !failed && typeof tree === 'object' && tree !== null ? (tree as XmlTree) : undefined;
}

/** One `<xml>` element of bare tags, text and CDATA: no DOCTYPE, comment, instruction, attribute or strange entity. */
function isPlainXml(text: string): boolean {
  if (!text.startsWith('<xml>') || hasIllegalCharacter(text)) return false;
  const path: string[] = [];
  const rootTags = new Set<string>();
  let elements = 0;
  let at = 0;
  while (at < text.length) {
    if (text.startsWith('<![CDATA[', at)) {
      const closed = text.indexOf(']]>', at);
      if (closed < 0 || path.length < 2) return false;
      at = closed + 3;
    } else if (text.charCodeAt(at) === 60) {
      const closed = text.indexOf('>', at);
      if (closed < 0) return false;
      const isClosing = text.charCodeAt(at + 1) === 47;
      const isSelfClosing = text.charCodeAt(closed - 1) === 47;
      const name = text.slice(at + (isClosing ? 2 : 1), isSelfClosing ? closed - 1 : closed);
      if (isClosing) {
        if (isSelfClosing || path.pop() !== name) return false;
        if (path.length === 0 && closed !== text.length - 1) return false;
      } else {
        elements += 1;
        if (!isTagName(name) || elements > mostElements || path.length >= deepest) return false;
        if (path.length === 1 && rootTags.has(name)) return false;
        if (path.length === 1) rootTags.add(name);
        if (!isSelfClosing) path.push(name);
      }
      at = closed + 1;
    } else {
      const next = text.indexOf('<', at);
      if (next < 0 || !isPlainText(text.slice(at, next), path.length === 1)) return false;
      at = next;
    }
  }
  return path.length === 0 && rootTags.size > 0;
}

function isPlainText(text: string, mustBeBlank: boolean): boolean {
  if (mustBeBlank) return /^[ \t\r\n]*$/.test(text);
  return !text.includes(']]>') && !/&(?!(?:amp|lt|gt|quot|apos);)/.test(text);
}
