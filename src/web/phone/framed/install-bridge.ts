import { BRIDGE, type BridgeAnswer, type BridgeCall } from './bridge-wire';

/** What WeCom's own browser calls itself. */
const clientName = 'wxwork/4.1.30 MicroMessenger/7.0.1';

type Callback = (answer: BridgeAnswer['result']) => void;

/**
 * Stands in for WeCom's client inside the sandbox's frame: the same object under the same name, which asks
 * the sandbox's page around it. A real WeCom brings its own, and this file is never served there.
 */
export function installBridge(frame: Window & typeof globalThis): void {
  const { navigator, location, parent } = frame;
  const userAgent = `${navigator.userAgent} ${clientName}`;
  Object.defineProperty(navigator, 'userAgent', { get: () => userAgent });

  const waiting = new Map<number, Callback>();
  let count = 0;
  const ask = (name: string, params: unknown, callback?: Callback) => {
    count += 1;
    if (callback) waiting.set(count, callback);
    const call: BridgeCall = {
      ...{ kind: BRIDGE, id: count, name, page: location.href },
      params: JSON.parse(JSON.stringify(params ?? {})) as Record<string, unknown>,
    };
    parent.postMessage(call, location.origin);
  };
  frame.addEventListener('message', (event: MessageEvent<BridgeAnswer>) => {
    if (event.origin !== location.origin || event.source !== parent) return;
    if (event.data?.kind !== BRIDGE) return;
    const callback = waiting.get(event.data.id);
    waiting.delete(event.data.id);
    callback?.(event.data.result);
  });
  ask('hello', {});
  Object.assign(frame, {
    WeixinJSBridge: { invoke: ask, call: ask, on: () => undefined },
  });
}
