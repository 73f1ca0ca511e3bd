export interface MarkupPiece {
  text: string;
  ink: 'plain' | 'name' | 'value' | 'verb';
}

const tag = /(<\/?)([\w:-]+)([^>]*?)(\/?>)/g;

/** The same bytes, parted by what they are; nothing is added or left out. */
export function readMarkup(line: string): MarkupPiece[] {
  const pieces: MarkupPiece[] = [];
  let end = 0;
  const value = (text: string) => {
    for (const part of text.split(/(<!\[CDATA\[|\]\]>)/))
      if (part)
        pieces.push({ text: part, ink: /^(<!\[CDATA\[|\]\]>)$/.test(part) ? 'plain' : 'value' });
  };
  for (const found of line.matchAll(tag)) {
    value(line.slice(end, found.index));
    const [whole, open = '', name = '', rest = '', close = ''] = found;
    pieces.push({ text: open, ink: 'plain' }, { text: name, ink: 'name' });
    pieces.push({ text: rest + close, ink: 'plain' });
    end = found.index + whole.length;
  }
  value(line.slice(end));
  return pieces;
}

/** One element a line, its depth kept; a reply that is no XML stays as it came. */
export function layOutXml(source: string): { depth: number; text: string }[] {
  const text = source.trim();
  if (!text.startsWith('<')) return text.split('\n').map((line) => ({ depth: 0, text: line }));
  const lines: { depth: number; text: string }[] = [];
  let depth = 0;
  const leaf = /^<([\w:-]+)[^>]*>(<!\[CDATA\[[\s\S]*?\]\]>|[^<]*)<\/\1>/;
  let rest = text;
  while (rest) {
    const whole = leaf.exec(rest)?.[0];
    const next = whole ?? /^<[^>]*>|^[^<]+/.exec(rest)?.[0] ?? rest;
    rest = rest.slice(next.length);
    if (!next.trim()) continue;
    if (!whole && next.startsWith('</')) depth = Math.max(0, depth - 1);
    lines.push({ depth, text: next.trim() });
    if (!whole && /^<[\w]/.test(next) && !next.endsWith('/>')) depth += 1;
  }
  return lines;
}

/** Request line with the query's names marked, as an engineer reads it. */
export function readRequestLine(method: string, address: string): MarkupPiece[] {
  const [path = '', query = ''] = address.split('?');
  const pieces: MarkupPiece[] = [
    { text: method, ink: 'verb' },
    { text: ` ${path}`, ink: 'plain' },
  ];
  for (const [index, pair] of query.split('&').filter(Boolean).entries()) {
    const [name = '', value = ''] = pair.split('=');
    pieces.push({ text: index ? '&' : '?', ink: 'plain' }, { text: name, ink: 'name' });
    pieces.push({ text: `=${decode(value)}`, ink: 'plain' });
  }
  return pieces;
}
function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
