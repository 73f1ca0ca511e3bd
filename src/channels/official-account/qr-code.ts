import { numberFrom, textFrom } from '../wire/json';
import type { CallingAccount, PlatformHosts } from './account';
import { valueOrThrow, type Calls } from './call';

export interface QrCode {
  readonly ticket: string;
  /** What the code itself says; any QR library can draw it. */
  readonly content: string;
  /** WeChat's own picture of it. */
  readonly pictureUrl: string;
  readonly expiresInSeconds?: number;
}

/** A code that carries `scene` (1–64 characters) to us; permanent unless `expiresInSeconds` (at most 30 days) is given. */
export async function createQrCode(
  calls: Calls,
  account: CallingAccount,
  hosts: PlatformHosts,
  wanted: { scene: string; expiresInSeconds?: number },
): Promise<QrCode> {
  const { scene, expiresInSeconds } = wanted;
  const isTemporary = expiresInSeconds !== undefined;
  const answer = valueOrThrow(
    await calls.json(account, {
      method: 'POST',
      path: '/cgi-bin/qrcode/create',
      body: {
        ...(isTemporary && { expire_seconds: expiresInSeconds }),
        action_name: isTemporary ? 'QR_STR_SCENE' : 'QR_LIMIT_STR_SCENE',
        action_info: { scene: { scene_str: scene } },
      },
    }),
  );
  const ticket = textFrom(answer['ticket']);
  const expires = numberFrom(answer['expire_seconds']);
  return {
    ticket,
    content: textFrom(answer['url']),
    pictureUrl: `${hosts.mp}/cgi-bin/showqrcode?ticket=${encodeURIComponent(ticket)}`,
    ...(isTemporary && expires > 0 && { expiresInSeconds: expires }),
  };
}
