/** How the frame and the sandbox's page talk. */
export const BRIDGE = 'guanxi-sandbox-bridge';

export interface BridgeCall {
  kind: typeof BRIDGE;
  id: number;
  /** As WeCom's client names it; `hello` when a page was loaded. */
  name: string;
  params: Record<string, unknown>;
  page: string;
}

export interface BridgeAnswer {
  kind: typeof BRIDGE;
  id: number;
  /** `err_msg` is `name:ok` or `name:why`, as the client says it. */
  result: { err_msg: string } & Record<string, unknown>;
}
