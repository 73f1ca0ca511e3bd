/** One app of a corp as this channel needs it. Keep handing out the same object: prepared keys hang on it. */
export interface WeComAgent {
  /** Our account, which is the corp: its apps share contacts, rooms and tags. */
  readonly id: string;
  readonly corpId: string;
  readonly agentId: string;
  readonly secret: string;
  /** The callback token. */
  readonly token: string;
  /** 43 characters. */
  readonly encodingAesKey: string;
  /** Still accepted while the callback settings change over to the current one. */
  readonly previousEncodingAesKey?: string;
}

/** What outgoing calls need to know: every secret has a token of its own, never to be mixed. */
export type CallingAgent = Pick<WeComAgent, 'id' | 'corpId' | 'agentId' | 'secret'>;

/** Which app of which corp. */
export type NamedAgent = Pick<WeComAgent, 'id' | 'agentId'>;

export const keyOfAgent = ({ id, agentId }: NamedAgent): string => `${id}:${agentId}`;

/** Where WeCom answers. */
export const weComHost = 'https://qyapi.weixin.qq.com';

export function isCorpId(text: string): boolean {
  return /^(?:ww|wx)[0-9a-z]{8,32}$/i.test(text);
}
