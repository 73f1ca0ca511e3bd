/** Work that was not published stays on this computer until it is published or given up. */
const PREFIX = 'guanxi.draft.';

export interface LocalDraft<T> {
  draft: T;
  savedAt: number;
}

export function readLocalDraft<T>(key: string): LocalDraft<T> | null {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? null : (JSON.parse(text) as LocalDraft<T>);
  } catch {
    return null;
  }
}

export function keepLocalDraft<T>(key: string, draft: T, savedAt: number): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify({ draft, savedAt }));
  } catch {
    // A full or forbidden store only costs the convenience.
  }
}

export function dropLocalDraft(key: string): void {
  localStorage.removeItem(PREFIX + key);
}
