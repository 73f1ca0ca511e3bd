import { numberFrom, textFrom } from '../wire/json';
import type { Ended } from '../wire/call';
import type { CallingAgent } from './account';
import { messageBody, partBody, type RepMessage } from './attachments';
import { external, post, type Calls } from './calls';

/**
 * Greets a new customer in the rep's name: once, within 20 s of the event, by the app that heard the code.
 * `alreadyWelcomed` means that somebody else did, or that the two were talking before.
 */
export async function sendWelcome(
  calls: Calls,
  agent: CallingAgent,
  welcomeCode: string,
  message: RepMessage,
): Promise<Ended<{ readonly alreadyWelcomed: boolean }>> {
  const ended = await calls.json(agent, {
    method: 'POST',
    path: external('send_welcome_msg'),
    body: { welcome_code: welcomeCode, ...messageBody(message) },
    timeoutMs: 4_000,
    mustConfirm: true,
  });
  if (ended.kind !== 'ok') return ended;
  return { kind: 'ok', value: { alreadyWelcomed: numberFrom(ended.value['errcode']) !== 0 } };
}

/** A greeting for rooms, which staff then pick for a room by hand. `%NICKNAME%` stands for the newcomer. */
export async function addRoomWelcome(
  calls: Calls,
  agent: CallingAgent,
  message: RepMessage,
  notifiesStaff = true,
): Promise<string> {
  const answer = await post(calls, agent, external('group_welcome_template/add'), {
    ...roomWelcomeBody(message),
    notify: notifiesStaff ? 1 : 0,
  });
  return textFrom(answer['template_id']);
}

export async function changeRoomWelcome(
  calls: Calls,
  agent: CallingAgent,
  templateId: string,
  message: RepMessage,
): Promise<void> {
  const body = { template_id: templateId, ...roomWelcomeBody(message) };
  await post(calls, agent, external('group_welcome_template/edit'), body);
}

export async function deleteRoomWelcome(
  calls: Calls,
  agent: CallingAgent,
  templateId: string,
): Promise<void> {
  const body = { template_id: templateId };
  await post(calls, agent, external('group_welcome_template/del'), body);
}

/** Here the one attachment stands beside the text, not in a list. */
function roomWelcomeBody({ text, attachments = [] }: RepMessage): object {
  const words = text === undefined || text === '' ? {} : { text: { content: text } };
  return { ...words, ...(attachments[0] && partBody(attachments[0])) };
}
