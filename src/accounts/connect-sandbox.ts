import type { Kit } from '../kernel/kit';
import type { AccountBook } from './account-book';
import { addAccount } from './add-account';
import type { SandboxDriver } from './sandbox-driver';

type Issued = {
  appId: string;
  appSecret: string;
  originalId: string;
  token: string;
  encodingAesKey: string;
};

/**
 * An Official Account of the sandbox, connected: the sandbox makes it, tells its secrets, and is told where to send
 * callbacks. One that is there already is connected again. Returns its AppID.
 */
export async function connectSandboxAccount(
  kit: Pick<Kit, 'db' | 'newId' | 'clock' | 'seal' | 'versions' | 'settings'>,
  book: AccountBook,
  driver: SandboxDriver,
  wanted: { name: string; appId?: string },
): Promise<string> {
  const issued = await driver.post<Issued>('/accounts', { kind: 'official-account', ...wanted });
  const { appId, appSecret, originalId, token, encodingAesKey } = issued;
  if (!book.findByPlatformId('official-account', appId)) {
    await kit.db.transact((tx) =>
      addAccount(kit, tx, {
        kind: 'official-account',
        platformId: appId,
        originalId,
        name: wanted.name,
        world: 'sandbox',
        secrets: { appSecret, token, encodingAesKey },
      }),
    );
    await kit.versions.check(true);
  }
  await driver.post(`/accounts/${appId}/callback`, {
    url: `${kit.settings.publicUrl}/callback/official-account/${appId}`,
    token,
    encodingAesKey,
    mode: 'secure',
  });
  return appId;
}
