import type { Answer } from '../wire/answer';
import type { Fields } from '../wire/body';
import { text } from '../wire/body';
import type { World } from '../world';
import type { Account } from './accounts';
import { json, quotaLeft, spendQuota } from './endpoint';
import { refuse } from './refusal';

interface Asking {
  query: URLSearchParams;
  body: Fields;
  address: string;
  now: number;
}

/** GET /cgi-bin/token. Inside a work. */
export function plainToken(world: World, asking: Asking): Answer {
  const { query, now } = asking;
  if (query.get('grant_type') !== 'client_credential') refuse(40002);
  const account = accountWithSecret(
    world,
    query.get('appid') ?? '',
    query.get('secret') ?? '',
    asking.address,
  );
  spendQuota(world, account, 'token', now);
  const { token, expiresIn } = world.tokens.mintPlain(account.appId, now);
  return json({ access_token: token, expires_in: expiresIn });
}

/** POST /cgi-bin/stable_token. Inside a work. */
export function stableToken(world: World, asking: Asking): Answer {
  const { body, now } = asking;
  if (text(body, 'grant_type') !== 'client_credential') refuse(40002);
  const account = accountWithSecret(
    world,
    text(body, 'appid'),
    text(body, 'secret'),
    asking.address,
  );
  spendQuota(world, account, 'stable-token', now);
  if (body.force_refresh !== true) {
    const { token, expiresIn } = world.tokens.stable(account.appId, now);
    return json({ access_token: token, expires_in: expiresIn });
  }
  if (quotaLeft(world, account, 'stable-token-force', now) <= 0) refuse(45009);
  const { token, expiresIn, forced } = world.tokens.forceStable(account.appId, now);
  if (forced) spendQuota(world, account, 'stable-token-force', now);
  return json({ access_token: token, expires_in: expiresIn });
}

function accountWithSecret(world: World, appId: string, secret: string, address: string): Account {
  if (appId === '') refuse(41002);
  if (secret === '') refuse(41004);
  const account = world.accounts.find(appId);
  if (!account) return refuse(40013);
  if (secret !== account.appSecret)
    refuse(
      secret.length === 32 ? 40001 : 40125,
      'invalid appsecret, view more at http://t.cn/RAEkdVq',
    );
  const allowed = account.settings.ipAllowList;
  if (allowed && !allowed.includes(address.replace(/^::ffff:/, ''))) {
    refuse(40164, `invalid ip ${address} ipv6 ::ffff:${address}, not in whitelist`);
  }
  return account;
}
