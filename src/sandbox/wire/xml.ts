import { parseString } from 'xml2js';

/** Text stays text: numbers in WeChat's XML may exceed 2^53. A repeated element becomes a list. */
export type XmlValue = string | { [name: string]: XmlValue } | XmlValue[];
export type XmlFields = Record<string, XmlValue>;

/** A number in what we build is written bare (a bigint too: ids exceed 2^53), a text as CDATA. */
export type Writable = string | number | bigint | { [name: string]: Writable } | Writable[];

const cdata = (text: string) => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;

export function buildXml(fields: Record<string, Writable>, root = 'xml'): string {
  return `<${root}>${inner(fields)}</${root}>`;
}

function inner(fields: Record<string, Writable>): string {
  return Object.entries(fields)
    .map(([name, value]) =>
      Array.isArray(value) ? value.map((one) => element(name, one)).join('') : element(name, value),
    )
    .join('');
}

function element(name: string, value: Writable): string {
  if (typeof value === 'number' || typeof value === 'bigint')
    return `<${name}>${String(value)}</${name}>`;
  if (typeof value === 'string') return `<${name}>${cdata(value)}</${name}>`;
  if (Array.isArray(value)) return value.map((one) => element(name, one)).join('');
  return `<${name}>${inner(value)}</${name}>`;
}

// XML 1.0 allows tab, line feed and carriage return below U+0020, and neither lone surrogates nor U+FFFE/U+FFFF.
const illegal =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** The children of the single root `xml`, or undefined when the text is not such a document. */
export function parseXml(text: string): XmlFields | undefined {
  const markup = text.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, '');
  // The parser stops at the end of the first root, so that it is the only one is checked here.
  const isOneRoot =
    /^\s*(?:<\?xml[^>]*\?>\s*)?<xml>[\s\S]*<\/xml>\s*$/.test(markup) &&
    markup.split('</xml>').length === 2;
  if (!isOneRoot || illegal.test(text) || /<!(?:DOCTYPE|ENTITY)/i.test(markup)) return undefined;
  const parsed: { root?: unknown } = {};
  try {
    parseString(
      text,
      { explicitArray: false, emptyTag: '', async: false },
      (error, result: unknown) => {
        if (error === null) parsed.root = result;
      },
    );
  } catch {
    return undefined;
  }
  const root = isFields(parsed.root) ? parsed.root.xml : undefined;
  return isFields(root) ? root : undefined;
}

function isFields(value: unknown): value is XmlFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of an element that holds text only; empty text when it is absent. */
export function textOf(fields: XmlFields | undefined, name: string): string {
  const value = fields?.[name];
  return typeof value === 'string' ? value : '';
}

export function fieldsOf(fields: XmlFields | undefined, name: string): XmlFields | undefined {
  const value = fields?.[name];
  return isFields(value) ? value : undefined;
}

/** One element or several, always as a list. */
export function listOf(fields: XmlFields | undefined, name: string): XmlFields[] {
  const value = fields?.[name];
  if (Array.isArray(value)) return value.filter(isFields);
  return isFields(value) ? [value] : [];
}
