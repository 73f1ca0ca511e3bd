import * as ww from '@wecom/jssdk';

/** The one place that talks to WeCom's client. Outside WeCom its promises never settle, so every wait has an end. */

/** How long a page waits for WeCom before it says so. */
export const patienceMs = 8_000;
const wanted = ['getContext', 'getCurExternalContact', 'sendChatMessage'] as const;

/** WeCom said no, or said nothing. `reason` is in the client's own words. */
export class BridgeRefusal extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

export interface Signature {
  timestamp: string;
  nonceStr: string;
  signature: string;
}
export interface PageSignatures {
  corpId: string;
  agentId: string;
  /** Only old clients ask for it. */
  corp: Signature | null;
  agent: Signature;
}
/** What the server gives for sending; handed to the client as it is. */
export type ChatMessage = { msgtype: string } & Record<string, unknown>;

export const isInWeCom = (): boolean => ww.env.isWeCom;

/** A refusal of the client is a plain object, not an Error. */
function refusalOf(failure: unknown): BridgeRefusal {
  if (failure instanceof BridgeRefusal) return failure;
  const said = (failure as { errMsg?: unknown } | null)?.errMsg;
  return new BridgeRefusal(typeof said === 'string' ? said : String(failure));
}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new BridgeRefusal('timeout')), patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } catch (failure) {
    throw refusalOf(failure);
  } finally {
    clearTimeout(timer);
  }
}

// The SDK keeps a promise of its own for the signature, which nobody waits for; its refusal reaches us by the call.
window.addEventListener('unhandledrejection', (event) => {
  const reason: unknown = event.reason;
  if (typeof reason === 'object' && reason !== null && 'errMsg' in reason) event.preventDefault();
});

export function registerPage(
  { corpId, agentId }: { corpId: string; agentId: string },
  sign: (url: string) => Promise<PageSignatures>,
): void {
  ww.register({
    ...{ corpId, agentId, jsApiList: [...wanted] },
    getConfigSignature: async (url) => {
      const { corp } = await sign(url);
      if (!corp) throw new BridgeRefusal('config: no ticket');
      return corp;
    },
    getAgentConfigSignature: async (url) => (await sign(url)).agent,
  });
}

/** The customer of the chat this page stands beside; empty where it was opened without a chat. */
export async function customerOfChat(): Promise<string> {
  const { entry } = await within(ww.getContext());
  const isBesideCustomer = ['contact_profile', 'single_chat_tools', 'single_kf_tools'].includes(
    String(entry),
  );
  if (!isBesideCustomer) return '';
  try {
    return (await within(ww.getCurExternalContact())).userId ?? '';
  } catch (failure) {
    const refusal = refusalOf(failure);
    if (/without ?context/.test(refusal.reason)) return '';
    throw refusal;
  }
}

/** Puts a message into the open chat; settles when WeCom has an answer, which may be never. @throws BridgeRefusal */
export async function sendToChat(message: ChatMessage): Promise<void> {
  // The server composes one of the kinds that the SDK names; which one is no business of this page.
  const wire = message as unknown as Parameters<typeof ww.sendChatMessage>[0];
  try {
    await ww.sendChatMessage(wire);
  } catch (failure) {
    throw refusalOf(failure);
  }
}
