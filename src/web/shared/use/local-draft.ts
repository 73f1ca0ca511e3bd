/** Work that was not saved stays on this computer until it is saved or given up. */
const PREFIX = 'guanxi.draft.';

export interface LocalDraft<T> {
  draft: T;
  savedAt: number;
  /** Of what it changes, when it was begun. */
  version?: number;
}

export function readLocalDraft<T>(key: string): LocalDraft<T> | null {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? null : (JSON.parse(text) as LocalDraft<T>);
  } catch {
    return null;
  }
}

export function keepLocalDraft<T>(
  key: string,
  draft: T,
  savedAt: number,
  more: { version?: number } = {},
): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify({ draft, savedAt, ...more }));
  } catch {
    // A full or forbidden store only costs the convenience.
  }
}

export function dropLocalDraft(key: string): void {
  localStorage.removeItem(PREFIX + key);
}
