import type { Profile } from '../client/types';

/** The last profiles of this rep on this device, so that a slow network shows something at once. */

const STORE = 'guanxi.sidebar.profiles';
const MOST = 20;
const KEPT_MS = 24 * 3_600_000;

type Kept = { whose: string; at: number; profile: Profile };

function readAll(): Kept[] {
  try {
    const found = JSON.parse(localStorage.getItem(STORE) ?? '[]') as Kept[];
    return found.filter((one) => Date.now() - one.at < KEPT_MS);
  } catch {
    return [];
  }
}

function writeAll(all: Kept[]): void {
  try {
    localStorage.setItem(STORE, JSON.stringify(all.slice(0, MOST)));
  } catch {
    localStorage.removeItem(STORE);
  }
}

export const keptProfile = (whose: string, ext: string): Profile | undefined =>
  readAll().find((one) => one.whose === whose && one.profile.externalUserId === ext)?.profile;

export function keepProfile(whose: string, profile: Profile): void {
  const others = readAll().filter(
    (one) => one.whose === whose && one.profile.externalUserId !== profile.externalUserId,
  );
  writeAll([{ whose, at: Date.now(), profile }, ...others]);
}

export function forgetProfile(ext: string): void {
  writeAll(readAll().filter((one) => one.profile.externalUserId !== ext));
}

/** Whoever is no longer signed in leaves nothing behind. */
export const forgetProfiles = (): void => localStorage.removeItem(STORE);
