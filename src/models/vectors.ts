import { createHash } from 'node:crypto';
import type { Kit } from '../kernel/kit';

type Phrasing = { readonly faqId: string; readonly text: string };
type Near = { readonly faqId: string; readonly likeness: number };

/** Beyond this a shop's questions are found by their words alone: comparing all of them would take too long. */
export const mostPhrasings = 10_000;

export const hashOf = (model: string, text: string): string =>
  createHash('sha256').update(`${model}\n${text}`).digest('hex');

/** Every published way to put a question. */
export async function readPhrasings({ db }: Pick<Kit, 'db'>): Promise<Phrasing[]> {
  const sql = `SELECT id AS faqId, question AS text FROM faq WHERE status = 'published'
    UNION ALL SELECT p.faqId, p.phrasing AS text FROM faq_phrasing p JOIN faq f ON f.id = p.faqId
    WHERE f.status = 'published' LIMIT ${String(mostPhrasings + 1)}`;
  return db.longRead<Phrasing>(sql);
}

export function encodeVector(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

function decodeVector(text: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float32Array(bytes.buffer, 0, Math.floor(bytes.byteLength / 4));
}

/** What is there of a shop's vectors, in memory; a phrasing without one is found by its words. */
export class VectorIndex {
  constructor(
    private readonly known: readonly { faqId: string; vector: Float32Array }[],
    readonly wanted: number,
  ) {}

  static async load(kit: Pick<Kit, 'db'>, model: string): Promise<VectorIndex> {
    const phrasings = await readPhrasings(kit);
    if (phrasings.length > mostPhrasings) return new VectorIndex([], phrasings.length);
    const rows = await kit.db.longRead<{ contentHash: string; vector: string }>(
      `SELECT contentHash, vector FROM model_vector`,
    );
    const byHash = new Map(rows.map((row) => [row.contentHash, row.vector]));
    const known = phrasings.flatMap(({ faqId, text }) => {
      const vector = byHash.get(hashOf(model, text));
      return vector === undefined ? [] : [{ faqId, vector: decodeVector(vector) }];
    });
    return new VectorIndex(known, phrasings.length);
  }

  get size(): number {
    return this.known.length;
  }

  /** The FAQs nearest in meaning, best first, by the best of their phrasings. */
  nearest(question: Float32Array, most: number): Near[] {
    const best = new Map<string, number>();
    for (const { faqId, vector } of this.known) {
      if (vector.length !== question.length) continue;
      let likeness = 0;
      for (let place = 0; place < vector.length; place += 1) {
        likeness += (vector[place] ?? 0) * (question[place] ?? 0);
      }
      if (likeness > (best.get(faqId) ?? 0)) best.set(faqId, likeness);
    }
    return [...best]
      .map(([faqId, likeness]) => ({ faqId, likeness }))
      .sort((one, other) => other.likeness - one.likeness || (one.faqId < other.faqId ? -1 : 1))
      .slice(0, most);
  }
}
