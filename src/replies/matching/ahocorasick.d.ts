/** ahocorasick 1.0.2 ships no types. */
declare module 'ahocorasick' {
  class AhoCorasick {
    constructor(words: readonly string[]);
    /** Pairs of the UTF-16 index where words end (inclusive) and those words. */
    search(text: string): [end: number, words: string[]][];
  }
  export = AhoCorasick;
}
