/** More rules with a cool-down than one person hears from in a month are forgotten, oldest first. */
const mostKept = 40;
const longestMs = 30 * 86_400_000;

export function readCoolDowns(json: string | null | undefined): Record<string, number> {
  return json ? (JSON.parse(json) as Record<string, number>) : {};
}

/** With this answer put down, and what is too old to silence anybody gone. */
export function withAnswer(json: string | null | undefined, ruleId: string, now: number): string {
  const kept = Object.entries(readCoolDowns(json))
    .filter(([id, at]) => id !== ruleId && now - at < longestMs)
    .sort(([, one], [, other]) => other - one)
    .slice(0, mostKept - 1);
  return JSON.stringify(Object.fromEntries([[ruleId, now], ...kept]));
}
