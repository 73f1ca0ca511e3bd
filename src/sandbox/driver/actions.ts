import { z } from 'zod';
import { openPacket } from '../pay/open';
import { markFollowing, markUnfollowed, type Follower } from '../official-account/followers';
import { sceneByName, sceneByTicket, type SceneRow } from '../official-account/qr-calls';
import { menuFor } from '../official-account/personal-menus';
import { openWindow } from '../official-account/windows';
import { addEvent, isBackground } from '../callbacks/events';
import type { NewEvent } from '../callbacks/shapes';
import { putOnPhone } from '../phone/messages';
import { randomText } from '../random';
import { sandboxText } from '../text';
import type { World } from '../world';
import { accountOrThrow } from './people';
import { findButton } from './menu';
import { Problem } from './problem';
import { saidMessage } from './said';

/** What an action leaves to be told to the app: the events in order. `more` goes into the answer. */
export interface Acted {
  events: number[];
  more?: Record<string, unknown>;
}

type Act = (world: World, follower: Follower, body: unknown) => Acted;

const appId = z.string().optional();
const follow = z.object({
  appId,
  scene: z.union([z.string(), z.number()]).transform(String).optional(),
  via: z.string().optional(),
});
const scan = z.object({
  appId,
  scene: z.union([z.string(), z.number()]).transform(String).optional(),
  ticket: z.string().optional(),
});
/** 201 address, 202 invoice, 203 cards, 204 microphone, 205 name and picture, 206 location, 207 photos. */
const withdrawal = z.object({ appId, code: z.string().regex(/^20[1-7]$/) });
const tap = z.object({ appId, key: z.string().min(1) });
const rawEvent = z.object({
  appId,
  event: z.string().min(1),
  fields: z.record(z.string(), z.json()).default({}),
});
const choice = z.object({ appId, id: z.string().min(1), text: z.string().min(1) });
const open = z.object({ appId, billNo: z.string().optional() });

/** What a person can do with their thumb. Every act runs inside a work. */
export const acts: Record<string, Act> = {
  follow: (world, follower, body) => {
    const wanted = parse(follow, body);
    if (follower.following === 1) return { events: [], more: { note: 'already following' } };
    return startFollowing(
      world,
      follower,
      wanted.scene === undefined ? undefined : sceneFor(world, follower, wanted.scene),
      wanted.via,
    );
  },
  unfollow: (world, follower) => {
    if (follower.following === 0) return { events: [], more: { note: 'not following' } };
    const now = world.clock.now();
    markUnfollowed(world.store, follower.openid, now);
    return happened(
      world,
      follower,
      'unsubscribe',
      { Event: 'unsubscribe', EventKey: '' },
      'unfollow',
      sandboxText.unfollowed,
    );
  },
  withdraw: (world, follower, body) => {
    const { code } = parse(withdrawal, body);
    const event = 'user_authorization_revoke';
    const { openid: OpenID, appId: AppID } = follower;
    const fields = { Event: event, OpenID, AppID, RevokeInfo: code };
    return happened(world, follower, event, fields, 'withdraw', sandboxText.withdrew);
  },
  say: (world, follower, body) => {
    needsFollowing(follower);
    const { kind, fields, shown } = saidMessage(body);
    const now = world.clock.now();
    const account = accountOrThrow(world, follower.appId);
    openWindow(world, account, follower.openid, 'message', now);
    return happen(
      world,
      follower,
      { kind, fields: { MsgType: kind, ...fields }, isMessage: true },
      { kind, ...shown },
    );
  },
  'pick-choice': (world, follower, body) => {
    needsFollowing(follower);
    const { id, text } = parse(choice, body);
    openWindow(
      world,
      accountOrThrow(world, follower.appId),
      follower.openid,
      'message',
      world.clock.now(),
    );
    const fields = { MsgType: 'text', Content: text, bizmsgmenuid: id };
    return happen(
      world,
      follower,
      { kind: 'text', fields, isMessage: true },
      { kind: 'text', body: { text } },
    );
  },
  scan: (world, follower, body) => {
    const { scene, ticket } = parse(scan, body);
    const code =
      ticket === undefined ? sceneFor(world, follower, scene ?? '') : sceneByTicket(world, ticket);
    if (!code || code.scene === '') throw new Problem(400, 'invalid', 'say which scene or ticket');
    if (follower.following === 0) return startFollowing(world, follower, code, undefined);
    // The profile still opens, but an expired code tells nobody which scene it was.
    if (isExpired(code, world.clock.now()))
      return { events: [], more: { note: 'this code has expired' } };
    openWindow(
      world,
      accountOrThrow(world, follower.appId),
      follower.openid,
      'scan',
      world.clock.now(),
    );
    const fields = { Event: 'SCAN', EventKey: code.scene, Ticket: code.ticket };
    return happened(
      world,
      follower,
      'SCAN',
      fields,
      'scan',
      sandboxText.scanned(code.name ?? code.scene),
    );
  },
  tap: (world, follower, body) => {
    needsFollowing(follower);
    const { key } = parse(tap, body);
    const account = accountOrThrow(world, follower.appId);
    const { menu, menuId } = menuFor(world, account, follower.openid);
    const button = findButton(menu, key, menuId);
    const opens = ['CLICK', 'scancode_push', 'scancode_waitmsg'].includes(button.event);
    if (opens) openWindow(world, account, follower.openid, 'menu', world.clock.now());
    const fields = { Event: button.event, EventKey: key, ...button.fields };
    return happened(world, follower, button.event, fields, 'tap', sandboxText.tapped(button.name));
  },
  event: (world, follower, body) => {
    const { event, fields } = parse(rawEvent, body);
    const wanted: NewEvent = {
      ...{ appId: follower.appId, openid: follower.openid, kind: event },
      fields: { Event: event, ...(fields as NewEvent['fields']) },
      background: isBackground(event),
    };
    return { events: [world.courier.claim(addEvent(world, wanted, world.clock.now()))] };
  },
  'open-packet': (world, follower, body) => {
    const { billNo } = parse(open, body);
    const opened = openPacket(world, follower.openid, billNo, world.clock.now());
    if ('problem' in opened) throw new Problem(409, opened.problem, 'there is nothing to open');
    const { packet } = opened;
    return {
      events: [],
      more: { packet: { billNo: packet.billNo, amountFen: packet.amountFen, state: packet.state } },
    };
  },
};

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Problem(
    400,
    'invalid',
    parsed.error.issues.map((one) => `${one.path.join('.')}: ${one.message}`).join('; '),
  );
}

function needsFollowing(follower: Follower): void {
  if (follower.following === 0)
    throw new Problem(409, 'not_following', 'a stranger cannot write to the account');
}

const isExpired = (code: SceneRow, now: number) => code.expiresAt !== null && code.expiresAt <= now;

/** The code that carries this scene; one that nobody made yet is taken as a permanent one. */
function sceneFor(world: World, follower: Follower, scene: string): SceneRow {
  const known = sceneByName(world, follower.appId, scene);
  if (known) return known;
  const kind = /^[1-9]\d{0,9}$/.test(scene) ? 'number' : 'text';
  const unmade = {
    ticket: `gQ${randomText(40)}==`,
    appId: follower.appId,
    scene,
    kind,
    permanent: 1,
  } as const;
  return { ...unmade, expiresAt: null, url: '', name: null, createdAt: world.clock.now() };
}

function startFollowing(
  world: World,
  follower: Follower,
  code: SceneRow | undefined,
  via: string | undefined,
): Acted {
  const now = world.clock.now();
  const live = code && !isExpired(code, now) ? code : undefined;
  const how = via ?? (code ? 'ADD_SCENE_QR_CODE' : 'ADD_SCENE_SEARCH');
  const scene = { scene: live?.scene ?? null, sceneKind: live?.kind ?? null };
  markFollowing(world.store, follower.openid, { at: now, ...scene, via: how });
  openWindow(world, accountOrThrow(world, follower.appId), follower.openid, 'follow', now);
  const fields = {
    Event: 'subscribe',
    EventKey: live ? `qrscene_${live.scene}` : '',
    ...(live ? { Ticket: live.ticket } : {}),
  };
  return happened(world, follower, 'subscribe', fields, 'follow', sandboxText.followed);
}

function happened(
  world: World,
  follower: Follower,
  kind: string,
  fields: NewEvent['fields'],
  shownAs: string,
  text: string,
): Acted {
  return happen(
    world,
    follower,
    { kind, fields, background: isBackground(kind) },
    { kind: shownAs, body: { text } },
  );
}

function happen(
  world: World,
  follower: Follower,
  event: Omit<NewEvent, 'appId' | 'openid'>,
  shown: { kind: string; body: Record<string, unknown> },
): Acted {
  const { appId, openid } = follower;
  const now = world.clock.now();
  const id = world.courier.claim(addEvent(world, { ...event, appId, openid }, now));
  putOnPhone(world, { openid, appId, direction: 'out', via: 'person', ...shown, eventId: id }, now);
  return { events: [id] };
}
