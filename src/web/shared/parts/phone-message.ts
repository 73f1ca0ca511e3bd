/** What a phone can show. The preview beside editors and the sandbox phone draw the same kinds. */
export type PhoneMessage =
  | { kind: 'time'; text: string }
  | { kind: 'note'; text: string }
  | { kind: 'mine'; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'image'; url?: string }
  | { kind: 'voice' | 'video' | 'file' | 'music' | 'location' | 'unknown'; title?: string }
  | { kind: 'news'; title: string; description?: string; pictureUrl?: string }
  | { kind: 'mini-program'; title: string; pictureUrl?: string }
  | { kind: 'template'; title: string; fields: TemplateField[]; more?: string; link?: boolean }
  | {
      kind: 'red-packet';
      title: string;
      state: 'unopened' | 'opened' | 'expired';
      amountFen?: number;
    };

export interface TemplateField {
  name: string;
  value: string;
}

export interface TextPiece {
  text: string;
  href: string | null;
}

/** Splits a reply into plain pieces and links: WeChat lets `<a href>` and bare addresses through. */
export function textPieces(text: string): TextPiece[] {
  const pattern =
    /<a\s+[^>]*?href=(?:"([^">]+)"|'([^'>]+)'|([^"'\s>]+))[^>]*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<]+)/gi;
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), href: null });
    const [, quoted, single, bare, label, address] = match;
    pieces.push({
      text: label ?? address ?? '',
      href: quoted ?? single ?? bare ?? address ?? null,
    });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), href: null });
  return pieces;
}
