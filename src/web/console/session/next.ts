/** Where somebody wanted to go before signing in; only pages of the console. */
export const nextOf = (next: unknown): string =>
  typeof next === 'string' && next.startsWith('/') && !next.startsWith('//') ? next : '/';
