/**
 * A line of a text that says something when it is tapped. WeChat sends `label` as if the follower had written it,
 * with the id beside it. Quotes, angles and ampersands would end the link early: labels have none.
 */
export const choiceLink = (label: string, id: string): string =>
  `<a href="weixin://bizmsgmenu?msgmenucontent=${label}&msgmenuid=${id}">${label}</a>`;

export type Choices = {
  readonly before: string;
  readonly choices: readonly string[];
  readonly after?: string | undefined;
};

export const choiceIdAt = (place: number): string => `say-${place + 1}`;

/** A menu of choices as one passive text: WeChat has no passive message for it. */
export function choicesText({ before, choices, after }: Choices): string {
  const lines = choices.map((label, place) => choiceLink(label, choiceIdAt(place)));
  return [before, ...lines, ...(after === undefined ? [] : [after])].join('\n');
}
