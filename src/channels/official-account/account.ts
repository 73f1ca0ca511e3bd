/** One Official Account as this channel needs it. Keep handing out the same object: prepared keys hang on it. */
export interface ChannelAccount {
  readonly id: string;
  readonly appId: string;
  /** The `gh_…` id every callback is addressed to; empty while it is not known yet. */
  readonly originalId: string;
  /** `secure` is the default everywhere; `plain` proves nothing about the body of a callback. */
  readonly mode: 'secure' | 'compatible' | 'plain';
  /** The callback token. */
  readonly token: string;
  /** 43 characters; may be absent in plain mode only. */
  readonly encodingAesKey?: string;
  /** Still accepted while WeChat changes over to the current one. */
  readonly previousEncodingAesKey?: string;
  readonly appSecret: string;
}

/** What outgoing calls need to know of an account. */
export type CallingAccount = Pick<ChannelAccount, 'id' | 'appId' | 'appSecret'>;

/** Where an account's platform lives: WeChat itself, or the sandbox for accounts of the sandbox world. */
export interface PlatformHosts {
  readonly api: string;
  readonly mp: string;
}

export const officialHosts: PlatformHosts = {
  api: 'https://api.weixin.qq.com',
  mp: 'https://mp.weixin.qq.com',
};

export function isEncodingAesKey(text: string): boolean {
  return /^[A-Za-z0-9]{43}$/.test(text);
}

export function isCallbackToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{3,32}$/.test(text);
}
