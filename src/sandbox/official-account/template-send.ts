import { putOnPhone } from '../phone/messages';
import { templateMsgId, type TemplateBody } from '../phone/template-card';
import { isObject, object, text } from '../wire/body';
import type { World } from '../world';
import { spendQuota, type Call } from './endpoint';
import { complaintAbout } from './field-rules';
import type { Follower } from './followers';
import { refuse } from './refusal';
import type { Template } from './templates';

const DEDUPE = 600_000;

export interface Sent {
  msgId: string;
  /** The receipt that was queued, if any. */
  receiptId: number | undefined;
}

/** POST /cgi-bin/message/template/send, inside a work: checks first, then one phone line and one receipt. */
export function sendTemplate(world: World, call: Call): Sent {
  const { appId } = call.account;
  const follower = receiverIn(world, call);
  const templateId = text(call.body, 'template_id');
  if (templateId === '') refuse(40036);
  const template = world.templates.find(appId, templateId) ?? refuse(40037);
  const clientMsgId = clientMsgIdOf(call);
  const body: TemplateBody = { ...contentOf(template, call), clientMsgId };

  const earlier =
    clientMsgId === null ? undefined : earlierSend(world, follower.openid, clientMsgId, call.now);
  if (earlier !== undefined) return { msgId: templateMsgId(earlier), receiptId: undefined };

  if (follower.following === 0) refuse(43004);
  if (follower.blacklisted === 1) refuse(43019);
  if (follower.noticesOff === 1) refuse(43101);
  spendQuota(world, call.account, 'template-send', call.now);
  const { openid } = follower;
  const id = putOnPhone(
    world,
    {
      openid,
      appId,
      direction: 'in',
      kind: 'template',
      via: 'template',
      body: { ...body },
      clientMsgId,
    },
    call.now,
  );
  return {
    msgId: templateMsgId(id),
    receiptId: queueReceipt(world, call, openid, id, follower.userBlocks === 1),
  };
}

type Receiver = Pick<
  Follower,
  'openid' | 'appId' | 'following' | 'noticesOff' | 'blacklisted' | 'userBlocks'
>;

// Only the columns this call needs: reading all of them cost a quarter of the whole call.
function receiverIn(world: World, call: Call): Receiver {
  const found = world.store
    .sql<Receiver>(
      'SELECT openid, appId, following, noticesOff, blacklisted, userBlocks FROM follower WHERE openid = ?',
    )
    .get(text(call.body, 'touser'));
  return found?.appId === call.account.appId ? found : refuse(40003);
}

function clientMsgIdOf(call: Call): string | null {
  const value = text(call.body, 'client_msg_id');
  if (value.length > 32) refuse(40035, 'invalid parameter client_msg_id');
  return value === '' ? null : value;
}

function contentOf(template: Template, call: Call): Omit<TemplateBody, 'clientMsgId'> {
  const given = object(call.body, 'data') ?? refuse(47003, 'argument invalid! data is empty');
  const data: Record<string, string> = {};
  // `first` and `remark` and any other key the template lacks are silently dropped since 2023.
  for (const { key } of template.fields) {
    const field = given[key];
    const value = isObject(field) ? text(field, 'value') : '';
    const complaint = complaintAbout(key, value);
    if (complaint !== undefined) refuse(47003, complaint);
    data[key] = value;
  }
  const program = object(call.body, 'miniprogram');
  return {
    templateId: template.templateId,
    data,
    url: text(call.body, 'url'),
    miniProgram: program
      ? { appId: text(program, 'appid'), pagePath: text(program, 'pagepath') }
      : null,
  };
}

function earlierSend(
  world: World,
  openid: string,
  clientMsgId: string,
  now: number,
): number | undefined {
  return world.store
    .sql<{ id: number }>(
      'SELECT id FROM message WHERE openid = ? AND clientMsgId = ? AND at > ? ORDER BY id LIMIT 1',
    )
    .get(openid, clientMsgId, now - DEDUPE)?.id;
}

function queueReceipt(
  world: World,
  call: Call,
  openid: string,
  messageId: number,
  blocks: boolean,
): number | undefined {
  const { account, bend, now } = call;
  if (!account.callback || account.settings.receipts === 'off' || bend?.name === 'no-receipt')
    return undefined;
  const status =
    bend?.name === 'receipt' ? bend.argument : blocks ? 'failed:user block' : 'success';
  const fields = {
    Event: 'TEMPLATESENDJOBFINISH',
    MsgID: templateMsgId(messageId),
    Status: status,
  };
  const [least, most] = world.options.receiptDelayMs;
  const dueAt =
    bend?.name === 'receipt-first'
      ? now
      : now + least + Math.floor(Math.random() * (most - least + 1));
  const receipt = {
    appId: account.appId,
    openid,
    kind: fields.Event,
    fields,
    background: true,
    dueAt,
  };
  const id = world.courier.queue(receipt, now);
  return bend?.name === 'receipt-first' ? world.courier.claim(id) : id;
}
