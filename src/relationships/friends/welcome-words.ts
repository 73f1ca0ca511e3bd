/** What a greeting may name: known at once, because the code it is sent by lives for seconds. */
export const welcomeVariables = ['rep.name', 'corp.name'] as const;
export type WelcomeNames = Readonly<Record<(typeof welcomeVariables)[number], string>>;

const variable = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** The first name in double braces that a greeting cannot have. */
export function strangeVariable(text: string): string | undefined {
  const known: readonly string[] = welcomeVariables;
  return [...text.matchAll(variable)]
    .map(([, name]) => name ?? '')
    .find((name) => !known.includes(name));
}

export const fillWelcome = (text: string, names: WelcomeNames): string =>
  text.replace(variable, (written, name: string) =>
    Object.hasOwn(names, name) ? names[name as keyof WelcomeNames] : written,
  );
