import { buildXml, type Writable } from '../wire/xml';
import type { World } from '../world';
import type { Agent } from './corps';
import { isInRange } from './corps';

/** Something that a person, a member of staff or an admin did. What the API does is never told. */
export interface Happening {
  corpId: string;
  event: string;
  changeType?: string;
  /** What follows the header; a function gives each app its own, as welcome codes are. */
  fields: Record<string, Writable> | ((agent: Agent) => Record<string, Writable>);
  /** Which apps hear it. */
  to: 'contact' | 'kf' | 'directory' | Agent;
  userId?: string;
  externalUserId?: string;
  /** Events of one lane are told in order. */
  lane: string;
  /** Who did it; `sys` for everything that is not said to an app, absent for customer service. */
  from?: string | null;
  /** A message to an app, with its MsgType in `event` and a MsgId of its own. */
  isMessage?: true;
}

/** Inside a work: one event for each app that may hear it, kept from `ring` for the caller to deliver. */
export function tell(world: World, happening: Happening): number[] {
  const { wecom, clock } = world;
  return hearersOf(world, happening).map((agent) => {
    const now = clock.now();
    const { lastId } = world.store
      .sql(
        `INSERT INTO wecom_event (corpId, agentId, lane, kind, userId, externalUserId, plain, createdAt, state)
         VALUES (?, ?, ?, ?, ?, ?, '', ?, 'waiting')`,
      )
      .run(
        ...[happening.corpId, agent.agentId, happening.lane, kindOf(happening)],
        ...[happening.userId ?? null, happening.externalUserId ?? null, now],
      );
    const plain = buildXml(bodyOf(happening, agent, now, lastId));
    world.store.sql('UPDATE wecom_event SET plain = ? WHERE id = ?').run(plain, lastId);
    return wecom.courier.claim(lastId);
  });
}

const kindOf = ({ event, changeType }: Happening) =>
  changeType === undefined ? event : `${event}/${changeType}`;

export function hearersOf(world: World, happening: Pick<Happening, 'corpId' | 'to' | 'userId'>) {
  const { to, userId } = happening;
  if (typeof to !== 'string') return to.callbackUrl === null ? [] : [to];
  return world.wecom.corps
    .agentsOf(happening.corpId)
    .filter(
      (agent) =>
        agent.callbackUrl !== null &&
        !agent.settings.disabled &&
        agent.settings[to] &&
        (userId === undefined || isInRange(agent, userId)),
    );
}

function bodyOf(
  happening: Happening,
  agent: Agent,
  now: number,
  id: number,
): Record<string, Writable> {
  const { event, changeType, from = 'sys' } = happening;
  const fields =
    typeof happening.fields === 'function' ? happening.fields(agent) : happening.fields;
  const head = {
    ToUserName: happening.corpId,
    ...(from === null ? {} : { FromUserName: from }),
    CreateTime: Math.floor(now / 1000),
  };
  if (happening.isMessage) {
    const msgId = 7_300_000_000_000_000_000n + BigInt(id);
    const tail = { MsgId: msgId, AgentID: Number(agent.agentId) };
    return { ...head, MsgType: event, ...fields, ...tail };
  }
  const change = changeType === undefined ? {} : { ChangeType: changeType };
  const isOfApp = typeof happening.to !== 'string';
  const tail = isOfApp ? { AgentID: Number(agent.agentId) } : {};
  return { ...head, MsgType: 'event', Event: event, ...change, ...fields, ...tail };
}
