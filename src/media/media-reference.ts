/** How an answer names a piece of the library; what does not look so is an id of WeChat's own. */
const prefix = 'lib-';
const pattern = /^lib-([0-9A-HJKMNP-TV-Z]{26})$/;

export const referenceTo = (itemId: string): string => prefix + itemId;

export function itemIdOf(reference: string): string | undefined {
  return pattern.exec(reference)?.[1];
}

/** Every piece of the library that an answer of any shape names. */
export function itemIdsIn(answer: unknown, found = new Set<string>()): Set<string> {
  if (typeof answer === 'string') {
    const id = itemIdOf(answer);
    if (id !== undefined) found.add(id);
  } else if (typeof answer === 'object' && answer !== null) {
    for (const inner of Object.values(answer)) itemIdsIn(inner, found);
  }
  return found;
}
