/** The same rules as the server's: which names a greeting may use, and how long it may be. */
export const welcomeVariables = ['rep.name', 'corp.name'] as const;
export const MOST_BYTES = 4_000;

const variable = /\{\{\s*([^{}]*?)\s*\}\}/g;

export const bytesOf = (text: string): number => new TextEncoder().encode(text.trim()).length;

export function strangeVariable(text: string): string | undefined {
  const known: readonly string[] = welcomeVariables;
  return [...text.matchAll(variable)]
    .map(([, name]) => name ?? '')
    .find((name) => !known.includes(name));
}

export const fillWelcome = (text: string, names: Record<string, string>): string =>
  text.replace(variable, (written, name: string) => names[name] ?? written);

export const isGreeting = (text: string): boolean =>
  bytesOf(text) <= MOST_BYTES && strangeVariable(text) === undefined;
