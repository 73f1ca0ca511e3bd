import type { BridgeAnswer, BridgeCall } from '../framed/bridge-wire';

type Signed = {
  kind: 'corp' | 'agent';
  url: string;
  timestamp: string;
  nonceStr: string;
  signature: string;
};

/** What the client around the page knows and can do. */
export interface Client {
  corpId: string;
  agentId: string;
  /** Whose chat is open; empty when the page was opened from the list of apps. */
  externalUserId: () => string;
  check: (signed: Signed) => Promise<boolean>;
  /** Puts something into the open chat; rejects when the platform does not take it. */
  say: (message: {
    kind: string;
    text: string;
    part?: Record<string, unknown>;
  }) => Promise<unknown>;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** What each kind but words cannot do without; files are named by `mediaid`. */
const needed: Readonly<Record<string, readonly string[]>> = {
  image: ['mediaid'],
  video: ['mediaid'],
  file: ['mediaid'],
  news: ['link', 'title'],
  miniprogram: ['appid', 'title', 'imgUrl', 'page'],
};

/**
 * Answers as WeCom's client does: a page may ask nothing before its signature was found good, knows a
 * customer only beside a chat with one, and what it sends goes into that chat.
 */
export function answerBridge(client: Client) {
  let allowed: string[] = [];

  async function agentConfig(page: string, params: Record<string, unknown>): Promise<string> {
    if (params['corpid'] !== client.corpId) return 'fail_invalid corpid';
    if (textOf(params['agentid']) !== client.agentId) return 'fail_invalid agentid';
    const isGood = await client.check({
      ...{ kind: 'agent', url: page, timestamp: textOf(params['timestamp']) },
      nonceStr: textOf(params['nonceStr']),
      signature: textOf(params['signature']),
    });
    if (!isGood) return 'fail_invalid signature';
    allowed = Array.isArray(params['jsApiList']) ? params['jsApiList'].map(textOf) : [];
    return 'ok';
  }

  async function config(page: string, params: Record<string, unknown>): Promise<string> {
    const isGood = await client.check({
      ...{ kind: 'corp', url: page, timestamp: textOf(params['verifyTimestamp']) },
      nonceStr: textOf(params['verifyNonceStr']),
      signature: textOf(params['verifySignature']),
    });
    return isGood ? 'ok' : 'fail_invalid signature';
  }

  async function send(params: Record<string, unknown>): Promise<string> {
    if (client.externalUserId() === '') return 'fail without context of external contact';
    const kind = textOf(params['msgtype']);
    const part = fieldsOf(params[kind]);
    if (kind === 'text') {
      const text = textOf(part['content']);
      if (text === '') return 'fail_invalid params';
      await client.say({ kind, text });
    } else {
      const wanted = needed[kind];
      if (!wanted?.every((name) => textOf(part[name]) !== '')) return 'fail_invalid params';
      if (kind === 'miniprogram' && !/\.html(?:\?|$)/.test(textOf(part['page'])))
        return 'fail_invalid params';
      await client.say({ kind, text: textOf(part['title']), part });
    }
    return 'ok';
  }

  async function outcome({ name, params, page }: BridgeCall): Promise<Record<string, unknown>> {
    if (name === 'hello') {
      allowed = [];
      return { err_msg: 'hello:ok' };
    }
    if (name === 'agentConfig') return { err_msg: `${name}:${await agentConfig(page, params)}` };
    if (/^preVerifyJSAPI$/i.test(name)) return { err_msg: `${name}:${await config(page, params)}` };
    const isKnown = ['getContext', 'getCurExternalContact', 'sendChatMessage'].includes(name);
    if (!isKnown) return { err_msg: `${name}:function not exist` };
    if (!allowed.includes(name)) return { err_msg: `${name}:fail_no permission` };
    if (name === 'sendChatMessage') return { err_msg: `${name}:${await send(params)}` };
    const userId = client.externalUserId();
    if (name === 'getContext')
      return { err_msg: `${name}:ok`, entry: userId ? 'single_chat_tools' : 'normal' };
    return userId
      ? { err_msg: `${name}:ok`, userId }
      : { err_msg: `${name}:fail without context of external contact` };
  }

  return async (call: BridgeCall): Promise<BridgeAnswer['result']> => {
    try {
      return (await outcome(call)) as BridgeAnswer['result'];
    } catch {
      return { err_msg: `${call.name}:fail` };
    }
  };
}
