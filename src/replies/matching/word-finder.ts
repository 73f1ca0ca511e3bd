import type { Steps } from '../../kernel/slices';

/** Finds every word of a list in one pass over a text, however long the list is. */
export interface WordFinder {
  /** In the order of the text: the UTF-16 index at which words end (inclusive), and those words. */
  search(text: string): [end: number, words: readonly string[]][];
}

const none: readonly string[] = [];
const statesAStep = 500;

/**
 * The automaton of Aho and Corasick, a state for each beginning of a word. Made in steps, because ten thousand
 * rules make a hundred thousand states.
 */
export function* buildWordFinder(words: Iterable<string>): Steps<WordFinder> {
  const children = [new Map<number, number>()];
  const found: (readonly string[])[] = [none];
  let nth = 0;
  for (const word of words) {
    let state = 0;
    for (let at = 0; at < word.length; at++) {
      const unit = word.charCodeAt(at);
      let next = children[state]?.get(unit);
      if (next === undefined) {
        next = children.push(new Map()) - 1;
        found.push(none);
        children[state]?.set(unit, next);
      }
      state = next;
    }
    if (state !== 0) found[state] = [word];
    if (++nth % statesAStep === 0) yield;
  }

  /** By state: the longest other beginning that the text read so far ends with. */
  const fallback = new Int32Array(children.length);
  const follow = (from: number, unit: number): number => {
    for (let state = from; ; state = fallback[state] ?? 0) {
      const next = children[state]?.get(unit);
      if (next !== undefined) return next;
      if (state === 0) return 0;
    }
  };
  const queue = [...(children[0]?.values() ?? [])];
  for (let at = 0; at < queue.length; at++) {
    const state = queue[at] ?? 0;
    for (const [unit, next] of children[state] ?? []) {
      queue.push(next);
      const shorter = follow(fallback[state] ?? 0, unit);
      fallback[next] = shorter;
      const ending = found[shorter] ?? none;
      if (ending.length > 0) found[next] = [...(found[next] ?? none), ...ending];
    }
    if (at % statesAStep === 0) yield;
  }

  return {
    search(text) {
      const hits: [number, readonly string[]][] = [];
      let state = 0;
      for (let at = 0; at < text.length; at++) {
        state = follow(state, text.charCodeAt(at));
        const here = found[state] ?? none;
        if (here.length > 0) hits.push([at, here]);
      }
      return hits;
    },
  };
}
