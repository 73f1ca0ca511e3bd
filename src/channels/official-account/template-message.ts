import { listFrom, objectFrom, textFrom } from '../wire/json';
import type { CallingAccount } from './account';
import { valueOrThrow, type Calls, type Ended } from './call';
import { limits } from './limits';

/** A template registered with WeChat. `content` names its fields: `{{thing1.DATA}}`. */
export interface WeChatTemplate {
  readonly templateId: string;
  readonly title: string;
  readonly content: string;
  readonly example: string;
}

export interface TemplateMessage {
  readonly openid: string;
  readonly templateId: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly url?: string;
  readonly miniProgram?: { readonly appId: string; readonly path: string };
  /**
   * Ours, at most 32 characters: WeChat sends one openid and one id once, for ten minutes. Inside that time, and only
   * then, a repeat with the same id is safe.
   */
  readonly clientMessageId: string;
}

/** `messageId` is what the later receipt names; a string, because it exceeds 2^53. */
export async function sendTemplateMessage(
  calls: Calls,
  account: CallingAccount,
  message: TemplateMessage,
): Promise<Ended<{ messageId: string }>> {
  const { clientMessageId, miniProgram, url } = message;
  if (clientMessageId.length > limits.template.clientMessageIdLength)
    throw new RangeError('clientMessageId has more than 32 characters');
  const ended = await calls.json(account, {
    method: 'POST',
    path: '/cgi-bin/message/template/send',
    body: {
      touser: message.openid,
      template_id: message.templateId,
      ...(url !== undefined && { url }),
      ...(miniProgram && {
        miniprogram: { appid: miniProgram.appId, pagepath: miniProgram.path },
      }),
      client_msg_id: clientMessageId,
      data: Object.fromEntries(
        Object.entries(message.fields).map(([name, value]) => [name, { value }]),
      ),
    },
    mustConfirm: true,
  });
  if (ended.kind !== 'ok') return ended;
  return { kind: 'ok', value: { messageId: textFrom(ended.value['msgid']) } };
}

export async function listTemplates(
  calls: Calls,
  account: CallingAccount,
): Promise<readonly WeChatTemplate[]> {
  const path = '/cgi-bin/template/get_all_private_template';
  const answer = valueOrThrow(await calls.json(account, { method: 'GET', path }));
  return listFrom(answer['template_list']).map((entry) => {
    const template = objectFrom(entry);
    return {
      templateId: textFrom(template['template_id']),
      title: textFrom(template['title']),
      content: textFrom(template['content']),
      example: textFrom(template['example']),
    };
  });
}
