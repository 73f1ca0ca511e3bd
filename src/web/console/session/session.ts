import { computed, shallowRef } from 'vue';
import { ApiError } from '../../shared/api/api-error';
import { api, rememberCsrfToken } from '../../shared/api/client';
import type { KnownAccount } from '../../shared/api/types';
import { orgZone } from '../../shared/i18n/clock';

export interface Session {
  operator: { id: string; name: string; email: string; role: string };
  permissions: string[];
  seesAllAccounts: boolean;
  accounts: KnownAccount[];
  csrfToken: string;
  demo: boolean;
  sandbox: boolean;
  /** An account of the sandbox can be made with one click. */
  sandboxOffered?: boolean;
  /** A model is named in the server's settings. */
  models?: boolean;
  brand: { name: string };
  zone?: string;
}

const current = shallowRef<Session | null>(null);
let asked: Promise<Session | null> | null = null;

export const session = computed(() => current.value);

function take(found: Session | null): Session | null {
  current.value = found;
  rememberCsrfToken(found?.csrfToken ?? '');
  if (found?.zone !== undefined) orgZone.value = found.zone;
  return found;
}

/** Asks once per page load, or again when `fresh`; null means nobody is signed in. */
export function knownSession(fresh = false): Promise<Session | null> {
  if (current.value && !fresh) return Promise.resolve(current.value);
  asked ??= api
    .get<Session>('/session')
    .then(take)
    .catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 401) return take(null);
      throw error;
    })
    .finally(() => (asked = null));
  return asked;
}

/** For answers that already are a session, such as the first-owner link's. */
export function acceptSession(found: Session): void {
  take(found);
}

export async function signIn(email: string, password: string): Promise<Session> {
  const found = await api.post<Session>('/session', { email, password });
  take(found);
  return found;
}

export async function signOut(): Promise<void> {
  await api.delete('/session').catch(() => undefined);
  take(null);
}

export function forgetSession(): void {
  take(null);
}

/** Whether this operator may do something; what they may not do is not drawn as a control. */
export function can(permission: string): boolean {
  const permissions = current.value?.permissions ?? [];
  return permissions.includes('*') || permissions.includes(permission);
}

/** The same for what all accounts share: who sees some accounts only may look at it, not change it. */
export function canForAll(permission: string): boolean {
  return can(permission) && current.value?.seesAllAccounts === true;
}
