import type { Ended } from '../wire/call';
import { textFrom } from '../wire/json';
import type { CallingAgent } from './account';
import { post, type Calls } from './calls';

export interface CardButton {
  readonly text: string;
  readonly key: string;
}

/** What the app tells members of staff. */
export type StaffMessage =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'markdown'; readonly text: string }
  | {
      readonly kind: 'card';
      readonly title: string;
      readonly description: string;
      readonly url: string;
      readonly button?: string;
    }
  /** Buttons that answer us; `taskId` is unique within the app and may be used once. */
  | {
      readonly kind: 'buttons';
      readonly taskId: string;
      readonly title: string;
      readonly description?: string;
      readonly url?: string;
      readonly buttons: readonly CardButton[];
    }
  | { readonly kind: 'image' | 'file'; readonly mediaId: string };

export interface Told {
  readonly messageId: string;
  /** Nobody the app may reach; lower-cased by the platform. */
  readonly unreached: readonly string[];
  /** Lets the card be rewritten once, for a day. */
  readonly responseCode?: string;
}

/**
 * Tells staff something. The same words within half an hour are not delivered twice, and beyond 30 a minute
 * to one member they vanish without an error.
 */
export async function tellStaff(
  calls: Calls,
  agent: CallingAgent,
  userIds: readonly string[],
  message: StaffMessage,
): Promise<Ended<Told>> {
  const ended = await calls.json(agent, {
    method: 'POST',
    path: '/cgi-bin/message/send',
    body: {
      touser: userIds.join('|'),
      agentid: Number(agent.agentId),
      ...staffMessageBody(message),
      enable_duplicate_check: 1,
      duplicate_check_interval: 1_800,
    },
    mustConfirm: true,
  });
  if (ended.kind !== 'ok') return ended;
  const { value } = ended;
  const responseCode = textFrom(value['response_code']);
  return {
    kind: 'ok',
    value: {
      messageId: textFrom(value['msgid']),
      unreached: textFrom(value['invaliduser'])
        .split('|')
        .filter((userId) => userId !== ''),
      ...(responseCode !== '' && { responseCode }),
    },
  };
}

/** Turns the buttons of a card into one dead word, once. */
export async function settleCard(
  calls: Calls,
  agent: CallingAgent,
  userIds: readonly string[],
  responseCode: string,
  word: string,
): Promise<void> {
  await post(calls, agent, '/cgi-bin/message/update_template_card', {
    userids: userIds,
    agentid: Number(agent.agentId),
    response_code: responseCode,
    button: { replace_name: word },
  });
}

/** Takes a message back within a day. */
export async function recallStaffMessage(
  calls: Calls,
  agent: CallingAgent,
  messageId: string,
): Promise<void> {
  await post(calls, agent, '/cgi-bin/message/recall', { msgid: messageId });
}

function staffMessageBody(message: StaffMessage): object {
  switch (message.kind) {
    case 'text':
    case 'markdown':
      return { msgtype: message.kind, [message.kind]: { content: message.text } };
    case 'image':
    case 'file':
      return { msgtype: message.kind, [message.kind]: { media_id: message.mediaId } };
    case 'card': {
      const { title, description, url, button } = message;
      return {
        msgtype: 'textcard',
        textcard: { title, description, url, ...(button && { btntxt: button }) },
      };
    }
    case 'buttons': {
      const { taskId, title, description, url, buttons } = message;
      return {
        msgtype: 'template_card',
        template_card: {
          card_type: 'button_interaction',
          task_id: taskId,
          main_title: { title, ...(description && { desc: description }) },
          ...(url && { card_action: { type: 1, url } }),
          button_list: buttons.map(({ text, key }) => ({ text, key, style: 1 })),
        },
      };
    }
  }
}
