export interface TextPart {
  text: string;
  /** An address to open, or empty for plain text. */
  href: string;
}

const anchor = /<a\s[^>]*?href=["']([^"']*)["'][^>]*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'\u3000-\u303f\uff00-\uffef]+)/gi;
const safe = (address: string): string => (/^https?:\/\//i.test(address) ? address : '');

/** A text message may hold links: WeChat's `<a href>` or a bare address. Any other markup stays text. */
export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const found of text.matchAll(anchor)) {
    if (found.index > end) parts.push({ text: text.slice(end, found.index), href: '' });
    const [whole, href, label, bare] = found;
    parts.push({ text: label ?? bare ?? '', href: safe(href ?? bare ?? '') });
    end = found.index + whole.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: '' });
  return parts;
}
