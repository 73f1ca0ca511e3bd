import type { Router, RouterContext } from '@koa/router';
import { z } from 'zod';
import { iso, isoOrNull } from '../../clock';
import { bodyOf, pageBody, pageOf, queryOf } from '../../driver/input';
import { notFound, Problem } from '../../driver/problem';
import { ensureFollower } from '../../official-account/followers';
import { randomHex } from '../../random';
import { sandboxText } from '../../text';
import type { World } from '../../world';
import { ensureContact, relationsOf, tagIdsOf, type Contact } from '../contacts';
import { readUpTo, showWeComMessage, unreadOf, type WeComMessageRow } from '../messages';
import { membersOf, type RoomRow } from '../rooms';
import { linkIn, linkOf } from '../ways';
import { perform } from './act';
import { corpOrThrow, personOrThrow, roomOrThrow, settleOf, type PersonRow } from './find';
import { openLink } from './open-link';
import { personActs } from './people-acts';
import { roomActs } from './room-acts';

const newPerson = z.object({
  name: z.string().min(1).max(60).optional(),
  unionid: z.string().min(1).max(64).optional(),
  corpId: z.string().optional(),
  /** 1 WeChat, 2 a person of another corp. */
  kind: z.union([z.literal(1), z.literal(2)]).default(1),
  gender: z.union([z.literal(0), z.literal(1), z.literal(2)]).default(0),
  company: z.string().max(60).default(''),
});
/** Addresses of the sandbox's own come without an origin where it does not know its own. */
const opening = z.object({
  url: z.string().refine((url) => URL.canParse(url, 'http://localhost')),
});
const anything = z.looseObject({ corpId: z.string().optional() });

/** People outside the corp, their phones, their rooms. The same people may follow Official Accounts. */
export function weComPeopleRoutes(router: Router, world: World): void {
  router.post('/wecom/people', async (ctx) => {
    const { corpId, name, unionid, ...more } = await bodyOf(ctx, newPerson);
    const corp = corpOrThrow(world, corpId);
    const id = `p${randomHex(8)}`;
    const contact = await world.store.write(() => {
      world.store
        .sql('INSERT INTO person (id, name, unionid, createdAt) VALUES (?, ?, ?, ?)')
        .run(id, name ?? sandboxText.newcomer, unionid ?? null, world.clock.now());
      for (const { appId } of world.accounts.list()) ensureFollower(world.store, id, appId);
      return ensureContact(world, corp.corpId, id, more);
    });
    ctx.status = 201;
    ctx.body = { ...showPerson(world, personOrThrow(world, id)), ...shown(contact) };
  });

  const act = async (
    ctx: RouterContext,
    action: string,
    body: z.infer<typeof anything>,
  ): Promise<void> => {
    const does = Object.hasOwn(personActs, action) ? personActs[action] : undefined;
    if (!does) throw new Problem(404, 'not_found', 'there is no such action');
    const person = personOrThrow(world, ctx.params.id ?? '');
    const corp = corpOrThrow(world, body.corpId);
    const { externalUserId } = await world.store.write(() =>
      ensureContact(world, corp.corpId, person.id),
    );
    const answer = await perform(world, { externalUserId }, settleOf(ctx, world), () =>
      does(world, { corp, person }, body),
    );
    ctx.body = { externalUserId, ...answer };
  };

  router.get('/wecom/people/:id', (ctx) => {
    ctx.body = showPerson(world, personOrThrow(world, ctx.params.id ?? ''));
  });

  /** What arrived, the newest first; a chat with one rep is read by looking at it, unless one peeks. */
  router.get('/wecom/people/:id/phone', async (ctx) => {
    const person = personOrThrow(world, ctx.params.id ?? '');
    const { limit, cursor } = pageOf(ctx);
    const userId = queryOf(ctx, 'userId') ?? null;
    const kfId = queryOf(ctx, 'kfId') ?? null;
    const unread = userId === null ? null : unreadOf(world, person.id, userId);
    const rows = world.store
      .sql<WeComMessageRow>(
        `SELECT * FROM wecom_message WHERE externalUserId IN (SELECT externalUserId FROM wecom_contact WHERE personId = ?)
         AND (? IS NULL OR userId = ?) AND (? IS NULL OR kfId = ?) AND id < ? ORDER BY id DESC LIMIT ?`,
      )
      .all(person.id, userId, userId, kfId, kfId, cursor ?? Number.MAX_SAFE_INTEGER, limit + 1);
    const [newest] = rows;
    if (userId !== null && unread && newest && queryOf(ctx, 'peek') !== '1')
      await world.store.write(() => readUpTo(world, person.id, userId, newest.id));
    ctx.body = { ...pageBody(rows, limit, (row) => row.id, showWeComMessage), unread };
  });

  /**
   * Taps a link on the phone. One of the acquisition helper leads to a rep; any other page is fetched as the
   * phone would, without following it further.
   */
  router.post('/wecom/people/:id/open', async (ctx) => {
    const { url: address } = await bodyOf(ctx, opening);
    const url = new URL(address, `${ctx.protocol}://${ctx.host}`);
    const wanted = linkIn(url);
    if (!wanted) {
      personOrThrow(world, ctx.params.id ?? '');
      ctx.body = await openLink(url, world.options.allowHosts);
      return;
    }
    const { corpId } = linkOf(world, wanted.linkId) ?? notFound('link');
    await act(ctx, 'add-rep', { ...wanted, corpId });
  });

  router.post('/wecom/people/:id/:action', async (ctx) =>
    act(ctx, ctx.params.action ?? '', await bodyOf(ctx, anything)),
  );

  router.get('/wecom/rooms/:roomId', (ctx) => {
    ctx.body = showRoom(world, roomOrThrow(world, ctx.params.roomId ?? ''));
  });

  router.post('/wecom/rooms/:roomId/:action', async (ctx) => {
    const action = ctx.params.action ?? '';
    const act = Object.hasOwn(roomActs, action) ? roomActs[action] : undefined;
    if (!act) throw new Problem(404, 'not_found', 'there is no such action');
    const room = roomOrThrow(world, ctx.params.roomId ?? '');
    const corp = world.wecom.corps.find(room.corpId) ?? notFound('corp');
    const body = await bodyOf(ctx, anything);
    const phone = { roomId: room.roomId };
    ctx.body = await perform(world, phone, settleOf(ctx, world), () =>
      act(world, corp, room, body),
    );
  });
}

const shown = ({ corpId, externalUserId }: Contact) => ({ corpId, externalUserId });

/** A person with every contact they are to a corp, and every openid they are to an Official Account. */
function showPerson(world: World, person: PersonRow) {
  const contacts = world.store
    .sql<Contact>('SELECT * FROM wecom_contact WHERE personId = ? ORDER BY seq')
    .all(person.id);
  const followers = world.store
    .sql<{ openid: string; appId: string; following: number }>(
      'SELECT openid, appId, following FROM follower WHERE personId = ? ORDER BY seq',
    )
    .all(person.id);
  return {
    ...{ personId: person.id, name: person.name, unionid: person.unionid },
    followers: followers.map((one) => ({ ...one, following: one.following === 1 })),
    contacts: contacts.map((contact) => ({
      ...shown(contact),
      reps: relationsOf(world, contact.externalUserId).map((relation) => ({
        ...{ userId: relation.userId, status: relation.status, remark: relation.remark },
        ...{ state: relation.state, addedAt: iso(relation.addedAt) },
        endedAt: isoOrNull(relation.endedAt),
        welcomed: relation.welcomedAt !== null,
        tagIds: tagIdsOf(world, relation),
      })),
    })),
  };
}

const showRoom = (world: World, room: RoomRow) => ({
  ...{ roomId: room.roomId, corpId: room.corpId, name: room.name, owner: room.owner },
  ...{ notice: room.notice, version: room.version, state: room.state },
  members: membersOf(world, room.roomId).map(({ memberId, kind, joinedBy, state }) => ({
    ...{ memberId, kind: kind === 1 ? 'staff' : 'external', joinedBy, state },
  })),
});
