/**
 * What came of a call. `asked` stays where the process died before the answer. `chosen` and `written` are
 * said; `refused` means that the model found no source; all others mean that what came was of no use.
 */
export const verdicts = [
  'asked',
  'chosen',
  'written',
  'refused',
  'made',
  'timeout',
  'connect',
  'reset',
  'too-large',
  'http-error',
  'not-a-completion',
  'tool-call',
  'not-json',
  'unknown-source',
  'empty',
  'too-long',
  'markup',
  'strange-characters',
  'link',
  'number',
  'off-source',
] as const;
export type Verdict = (typeof verdicts)[number];
/** Nothing of it is said. */
export type Unusable = Exclude<Verdict, 'chosen' | 'written'>;
