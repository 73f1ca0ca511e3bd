const marks: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
};

/** What a follower reads of a text of ours: WeChat shows a link as its words, and marks as what they stand for. */
export const plainWords = (said: string): string =>
  said
    .replace(/<a\s[^>]*>([^<]*)<\/a>/giu, '$1')
    .replace(/&(?:amp|lt|gt|quot|#39|nbsp);/gu, (mark) => marks[mark] ?? mark);
