import type { OutgoingMessage } from '../channels/inbound-event';
import type { KfReply } from '../channels/wecom';

/** A template message as it was when its run started; values and link are Liquid, filled in for each person. */
export type TemplateRunMessage = {
  readonly type: 'template';
  readonly templateId: string;
  /** The template's own title, shown on timelines. */
  readonly title?: string;
  readonly data: Readonly<Record<string, string>>;
  readonly url?: string;
  readonly miniProgram?: { readonly appId: string; readonly path: string };
};

/** Said in WeChat customer service, by the app that speaks for it. */
export type KfRunMessage = {
  readonly type: 'kf';
  readonly kfId: string;
  readonly agentId: string;
  readonly message: KfReply;
};

export type RunMessage =
  | TemplateRunMessage
  | KfRunMessage
  | { readonly type: 'customer-service'; readonly message: OutgoingMessage };
