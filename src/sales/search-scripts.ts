/** Pairs of neighbouring characters: they find Chinese words without a dictionary. */
function pairsOf(text: string): Set<string> {
  const folded = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
  const pairs = new Set<string>();
  for (let at = 0; at + 1 < folded.length; at += 1) pairs.add(folded.slice(at, at + 2));
  if (folded.length === 1) pairs.add(folded);
  return pairs;
}

type Searchable = { readonly title: string; readonly folder: string; readonly body: string };

/**
 * How well words fit a script, from 0 (nothing in common) on: the title counts three times. What is asked may
 * be a keyword, or the whole sentence a customer wrote.
 */
export function fitOf(asked: string, script: Searchable): number {
  const wanted = pairsOf(asked);
  if (wanted.size === 0) return 0;
  const share = (text: string) => {
    const pairs = pairsOf(text);
    const common = [...wanted].filter((pair) => pairs.has(pair) || text.includes(pair)).length;
    return common / wanted.size;
  };
  return 3 * share(script.title) + 2 * share(script.folder) + share(script.body);
}

/** A proposal needs more than a pair in common by chance. */
export const goodFit = 0.6;
