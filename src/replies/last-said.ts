/**
 * What we said last and what it was about, as the follower's row keeps it while it is the last thing said:
 * FAQ ids, and entries with a blank in them, which no FAQ id has.
 */
export type LastSaid = {
  /** Ids offered to pick from. */
  readonly ids: readonly string[];
  /** What the follower had asked. */
  readonly asked?: string;
  /** The FAQ of which they were asked whether it helped. */
  readonly judged?: string;
};

const asked = 'asked ';
const judged = 'judged ';

export function readLastSaid(offered: readonly string[]): LastSaid {
  const valueOf = (name: string) =>
    offered.find((entry) => entry.startsWith(name))?.slice(name.length);
  const question = valueOf(asked);
  const faqId = valueOf(judged);
  return {
    ids: offered.filter((entry) => !entry.includes(' ')),
    ...(question === undefined ? {} : { asked: question }),
    ...(faqId === undefined ? {} : { judged: faqId }),
  };
}

export const writeLastSaid = (said: LastSaid): string[] => [
  ...said.ids,
  ...(said.asked === undefined ? [] : [asked + said.asked]),
  ...(said.judged === undefined ? [] : [judged + said.judged]),
];
