import { createHash } from 'node:crypto';
import { Conflict, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import type { AccountBook } from './account-book';
import type { Account } from './account.entity';
import { addAccount } from './add-account';
import type { SandboxDriver } from './sandbox-driver';

type Part = Pick<Kit, 'db' | 'newId' | 'clock' | 'seal' | 'versions' | 'settings'>;
type Issued = {
  appId: string;
  appSecret: string;
  originalId: string;
  token: string;
  encodingAesKey: string;
};

/**
 * An Official Account of the sandbox, connected: the sandbox makes it, tells its secrets, and is told where to send
 * callbacks. One that is there already is connected again. Says whether it is new here.
 */
export async function connectSandboxAccount(
  kit: Part,
  book: AccountBook,
  driver: SandboxDriver,
  wanted: { name: string; appId: string },
): Promise<boolean> {
  const issued = await driver.post<Issued>('/accounts', { kind: 'official-account', ...wanted });
  const isNew = await keep(kit, book, issued, wanted.name);
  const { appId, token, encodingAesKey } = issued;
  await driver.post(`/accounts/${appId}/callback`, {
    url: `${kit.settings.publicUrl}/callback/official-account/${appId}`,
    token,
    encodingAesKey,
    mode: 'secure',
  });
  return isNew;
}

async function keep(kit: Part, book: AccountBook, issued: Issued, name: string): Promise<boolean> {
  const { appId: platformId, originalId, appSecret, token, encodingAesKey } = issued;
  if (book.findByPlatformId('official-account', platformId)) return false;
  const secrets = { appSecret, token, encodingAesKey };
  const account = { kind: 'official-account', platformId, originalId, name, secrets } as const;
  try {
    await kit.db.transact((tx) => addAccount(kit, tx, { ...account, world: 'sandbox' }));
    return true;
  } catch (failure) {
    if (failure instanceof Conflict) return false;
    throw failure;
  } finally {
    await kit.versions.check(true);
  }
}

/** The sandbox's account of this name, made where there is none. Whoever asks at the same moment gets the same one. */
export async function sandboxAccountNamed(
  kit: Part,
  book: AccountBook,
  driver: SandboxDriver,
  name: string,
): Promise<{ account: Account; isNew: boolean }> {
  await kit.versions.check(true);
  const isIt = (one: Account) =>
    one.kind === 'official-account' && one.world === 'sandbox' && one.name === name;
  const known = book.all().find(isIt);
  if (known) return { account: known, isNew: false };
  const appId = nextAppId(book, name);
  const isNew = await connectSandboxAccount(kit, book, driver, { name, appId });
  const account = book.findByPlatformId('official-account', appId);
  if (!account) throw new NotFound('account_not_found');
  return { account, isNew };
}

/** Follows from the name, so that two processes ask for the same; past those that were renamed since. */
function nextAppId(book: AccountBook, name: string): string {
  for (let turn = 0; ; turn += 1) {
    const digest = createHash('sha256')
      .update(`${name}\n${String(turn)}`)
      .digest('hex');
    const appId = `wx${digest.slice(0, 16)}`;
    if (!book.findByPlatformId('official-account', appId)) return appId;
  }
}
