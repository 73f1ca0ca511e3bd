import { rarityOf } from './faq/character-tables';
import { meaningsOf } from './faq/meanings';
import { normaliseQuestion } from './faq';
import { FUNCTION_CHARACTERS } from './faq/tables/function-words';

/** Sentences that share this much of what they say ask the same thing. */
const ALIKE = 0.56;
/** A piece that more groups than this have tells nothing, and would make every comparison dear. */
const MOST_SHARING = 400;
const longestRead = 60;

const functionCharacters = new Set(FUNCTION_CHARACTERS);

type Group = { readonly id: string; readonly pieces: ReadonlyMap<string, number>; total: number };

/**
 * Puts questions together that ask the same thing. Each new one joins the group whose oldest question it is
 * most like, or begins its own; so groups never move, and one more question costs the same among ten thousand.
 */
export class QuestionGroups {
  private readonly groups: Group[] = [];
  private readonly byPiece = new Map<string, number[]>();
  private readonly known = new Map<string, string>();

  /** The id of the group, which is that of its oldest question. Ask in the order of the ids. */
  groupOf(id: string, text: string): string {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const pieces = piecesOf(text);
    const group = this.nearest(pieces) ?? this.begin(id, pieces);
    this.known.set(id, group.id);
    return group.id;
  }

  private nearest(pieces: ReadonlyMap<string, number>): Group | undefined {
    const total = sum(pieces);
    const shared = new Map<number, number>();
    for (const [piece, weight] of pieces) {
      for (const group of this.byPiece.get(piece) ?? []) {
        shared.set(group, (shared.get(group) ?? 0) + weight);
      }
    }
    let best: Group | undefined;
    let highest = ALIKE;
    for (const [at, weight] of shared) {
      const group = this.groups[at];
      const likeness = (2 * weight) / (total + (group?.total ?? 0));
      if (group === undefined || likeness < highest) continue;
      highest = likeness + Number.EPSILON;
      best = group;
    }
    return best;
  }

  private begin(id: string, pieces: ReadonlyMap<string, number>): Group {
    const group = { id, pieces, total: sum(pieces) };
    const at = this.groups.push(group) - 1;
    for (const piece of pieces.keys()) {
      const sharing = this.byPiece.get(piece);
      if (sharing === undefined) this.byPiece.set(piece, [at]);
      else if (sharing.length < MOST_SHARING) sharing.push(at);
    }
    return group;
  }
}

/** Characters, pairs of them and what they mean; small words weigh little, rare ones much. */
function piecesOf(text: string): Map<string, number> {
  const plain = normaliseQuestion(text).replaceAll(' ', '').slice(0, longestRead);
  const signs = Array.from(plain);
  const weights = signs.map((sign) => (functionCharacters.has(sign) ? 0.15 : 0.3 + rarityOf(sign)));
  const pieces = new Map<string, number>();
  signs.forEach((sign, at) => {
    pieces.set(sign, weights[at] ?? 0);
    const next = signs[at + 1];
    if (next === undefined) return;
    pieces.set(sign + next, ((weights[at] ?? 0) + (weights[at + 1] ?? 0)) / 3);
  });
  for (const meaning of meaningsOf(plain)) pieces.set(`#${meaning}`, 1);
  return pieces;
}

const sum = (pieces: ReadonlyMap<string, number>): number =>
  [...pieces.values()].reduce((total, weight) => total + weight, 0);
