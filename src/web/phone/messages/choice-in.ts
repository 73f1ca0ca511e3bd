/** What a tap says, and the id that goes with it. */
export type Choice = { id: string; text: string };

/** The choice behind a link of WeChat's own kind; none behind any other. */
export function choiceIn(href: string): Choice | undefined {
  const [, text, id] =
    /^weixin:\/\/bizmsgmenu\?msgmenucontent=([^&]+)&msgmenuid=([^&]+)$/.exec(href) ?? [];
  return text === undefined || id === undefined ? undefined : { id, text };
}
