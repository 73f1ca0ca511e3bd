import { z } from 'zod';
import { Problem } from '../../driver/problem';
import type { World } from '../../world';
import { addKfItem, chatOf, grantCode, saveChat, type KfChat } from '../kf';
import { putMessage } from '../messages';
import type { Acted, Rep } from './act';
import { parsed } from './parsed';
import { ringKf } from './people-acts';

const chat = z.object({ kfId: z.string().min(1), externalUserId: z.string().min(1) });
const speaking = chat.extend({ text: z.string().min(1).max(2_000) });

/** What servicers of customer service do in their own WeCom; an app hears of it with its next pull. */
export const kfActs: Record<string, (world: World, rep: Rep, body: unknown) => Acted> = {
  'kf-take': (world, rep, body) => {
    const found = chatIn(world, parsed(chat, body), 2);
    saveChat(world, { ...found, state: 3, servicer: rep.staff.userId });
    return tellOfSession(world, rep, found, 1);
  },

  'kf-answer': (world, rep, body) => {
    const { text, ...where } = parsed(speaking, body);
    const found = ownChat(world, rep, where);
    const now = world.clock.now();
    const { kfId, externalUserId } = found;
    const servicer = rep.staff.userId;
    const said = { origin: 5, msgtype: 'text', part: { content: text }, servicer } as const;
    const ref = addKfItem(world, { kfId, externalUserId, ...said }, now);
    putMessage(
      world,
      {
        ...{ corpId: rep.corp.corpId, via: 'kf', direction: 'in', kind: 'text', body: { text } },
        ...{ externalUserId, kfId, ref },
      },
      now,
    );
    return { events: ringKf(world, rep.corp, kfId) };
  },

  'kf-end': (world, rep, body) => {
    const found = ownChat(world, rep, parsed(chat, body));
    saveChat(world, { ...found, state: 4, servicer: null });
    return tellOfSession(world, rep, found, 3);
  },
};

function chatIn(world: World, { kfId, externalUserId }: z.infer<typeof chat>, state: number) {
  const found = chatOf(world, kfId, externalUserId);
  if (found?.state === state) return found;
  throw new Problem(409, 'not_theirs', 'this chat is not there to be had');
}

function ownChat(world: World, { staff }: Rep, where: z.infer<typeof chat>): KfChat {
  const found = chatIn(world, where, 3);
  if (found.servicer === staff.userId) return found;
  throw new Problem(409, 'not_theirs', 'somebody else has this chat');
}

/** `change` 1 taken from the queue, 3 ended: both allow one message about it. */
function tellOfSession(world: World, { corp, staff }: Rep, found: KfChat, change: 1 | 3): Acted {
  const now = world.clock.now();
  const { kfId, externalUserId } = found;
  const [kind, state] = change === 1 ? (['taken', 3] as const) : (['ended', 4] as const);
  const msg_code = grantCode(world, found, kind, state, now);
  const part = {
    ...{ event_type: 'session_status_change', change_type: change, msg_code },
    ...(change === 1
      ? { new_servicer_userid: staff.userId }
      : { old_servicer_userid: staff.userId }),
  };
  addKfItem(world, { kfId, externalUserId, origin: 4, msgtype: 'event', part }, now);
  return { events: ringKf(world, corp, kfId) };
}
