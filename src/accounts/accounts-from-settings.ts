import { readFileSync } from 'node:fs';
import type { Kit } from '../kernel/kit';
import { BadSetting } from '../kernel/settings';
import type { AccountBook } from './account-book';
import { addAccount } from './add-account';

/** First accounts by environment: made once, later changed in the console. */
export async function addAccountsFromSettings(kit: Kit, book: AccountBook): Promise<void> {
  await addOfficialAccount(kit, book);
  await addMerchant(kit, book);
  await addWeCom(kit, book);
}

async function addOfficialAccount(kit: Kit, book: AccountBook): Promise<void> {
  const { oaAppId, oaAppSecret, oaToken, oaEncodingAesKey, oaOriginalId } = kit.settings;
  if (!oaAppId || book.findByPlatformId('official-account', oaAppId)) return;
  const secrets = {
    appSecret: need('OA_APP_SECRET', oaAppSecret),
    token: need('OA_TOKEN', oaToken),
    encodingAesKey: need('OA_ENCODING_AES_KEY', oaEncodingAesKey),
  };
  const originalId = need('OA_ORIGINAL_ID', oaOriginalId);
  await kit.db.transact((tx) =>
    addAccount(kit, tx, {
      kind: 'official-account',
      platformId: oaAppId,
      originalId,
      name: oaAppId,
      world: 'real',
      secrets,
    }),
  );
  await kit.versions.check(true);
}

async function addWeCom(kit: Kit, book: AccountBook): Promise<void> {
  const { weComCorpId, weComAgentId, weComSecret, weComToken, weComEncodingAesKey } = kit.settings;
  if (!weComCorpId || book.findByPlatformId('wecom', weComCorpId)) return;
  const app = {
    agentId: need('WECOM_AGENT_ID', weComAgentId),
    appSecret: need('WECOM_SECRET', weComSecret),
    token: need('WECOM_TOKEN', weComToken),
    encodingAesKey: need('WECOM_ENCODING_AES_KEY', weComEncodingAesKey),
  };
  await kit.db.transact((tx) =>
    addAccount(kit, tx, {
      kind: 'wecom',
      platformId: weComCorpId,
      name: weComCorpId,
      world: 'real',
      secrets: { apps: [app] },
    }),
  );
  await kit.versions.check(true);
}

async function addMerchant(kit: Kit, book: AccountBook): Promise<void> {
  const { settings } = kit;
  const { payMchId } = settings;
  if (!payMchId || book.findByPlatformId('merchant', payMchId)) return;
  const file = (name: string, path: string | undefined) => {
    try {
      return readFileSync(need(name, path), 'utf8');
    } catch (error) {
      if (error instanceof BadSetting) throw error;
      throw new BadSetting(name, 'cannot be read');
    }
  };
  const secrets = {
    apiV2Key: need('WECHAT_PAY_API_V2_KEY', settings.payApiV2Key),
    apiV3Key: settings.payApiV3Key,
    certPem: file('WECHAT_PAY_CERT_FILE', settings.payCertFile),
    keyPem: file('WECHAT_PAY_KEY_FILE', settings.payKeyFile),
    ...(settings.payPublicKeyFile
      ? { publicKeyPem: file('WECHAT_PAY_PUBLIC_KEY_FILE', settings.payPublicKeyFile) }
      : {}),
  };
  const details: Record<string, string> = settings.payPublicKeyId
    ? { publicKeyId: settings.payPublicKeyId }
    : {};
  await kit.db.transact((tx) =>
    addAccount(kit, tx, {
      kind: 'merchant',
      platformId: payMchId,
      name: payMchId,
      world: 'real',
      details,
      secrets,
    }),
  );
  await kit.versions.check(true);
}

function need(variable: string, value: string | undefined): string {
  if (value === undefined)
    throw new BadSetting(variable, 'is needed beside the account it belongs to');
  return value;
}
