import type { Router } from '@koa/router';
import { iso } from '../../clock';
import type { World } from '../../world';
import type { Relation } from '../contacts';
import { showWeComMessage, type WeComMessageRow } from '../messages';
import { roomOf } from '../rooms';
import { linkOf, linkUrl, specOf, type LinkRow, type WayRow } from '../ways';
import { notFound } from '../../driver/problem';
import { corpOrThrow, staffOrThrow } from './find';

type Known = Relation & { personId: string; name: string };

const MOST = 200;

/** What the sandbox's page shows of WeCom in one look. */
export function weComPageRoutes(router: Router, world: World): void {
  /** A rep's list of chats: whoever was spoken with last stands first. */
  router.get('/wecom/corps/:corpId/staff/:userId/customers', (ctx) => {
    const { corpId } = corpOrThrow(world, ctx.params.corpId);
    const { userId } = staffOrThrow(world, corpId, ctx.params.userId ?? '');
    const known = world.store
      .sql<Known>(
        `SELECT r.*, p.id AS personId, p.name AS name FROM wecom_relation r
         JOIN wecom_contact c ON c.externalUserId = r.externalUserId JOIN person p ON p.id = c.personId
         WHERE r.corpId = ? AND r.userId = ? ORDER BY max(r.addedAt, coalesce(r.chattedAt, 0), coalesce(r.repliedAt, 0)) DESC LIMIT ?`,
      )
      .all(corpId, userId, MOST);
    const items = known.map((relation) => ({
      ...{ externalUserId: relation.externalUserId, personId: relation.personId },
      ...{ name: relation.name, remark: relation.remark, status: relation.status },
      addedAt: iso(relation.addedAt),
      last: lastLine(world, relation),
    }));
    ctx.body = { items, nextCursor: null };
  });

  /** Codes and links on the wall: of reps and of rooms, each the newest first. */
  router.get('/wecom/corps/:corpId/codes', (ctx) => {
    const { corpId } = corpOrThrow(world, ctx.params.corpId);
    const items = [...codesOf(world, corpId), ...linksOf(world, corpId)];
    ctx.body = { items, nextCursor: null };
  });

  /** Who stands behind a link that was opened. */
  router.get('/wecom/links/:linkId', (ctx) => {
    const link = linkOf(world, ctx.params.linkId ?? '') ?? notFound('link');
    const { linkId, corpId, name } = link;
    ctx.body = { linkId, corpId, name, userIds: specOf(link).user };
  });
}

function codesOf(world: World, corpId: string) {
  const ways = world.store
    .sql<WayRow>(`SELECT * FROM wecom_way WHERE corpId = ? ORDER BY seq DESC LIMIT 50`)
    .all(corpId);
  return ways.map(({ configId, kind, spec: text }) => {
    const spec = specOf({ spec: text });
    const rooms = kind === 'room' ? (spec.chat_id_list as string[]) : [];
    const remark = typeof spec.remark === 'string' ? spec.remark : '';
    return {
      ...{ kind, configId, state: typeof spec.state === 'string' ? spec.state : '' },
      ...{ remark, name: rooms.map((id) => roomOf(world, id)?.name ?? '').find(Boolean) ?? '' },
      userIds: kind === 'contact' ? spec.user : [],
      url: `https://work.weixin.qq.com/${kind === 'contact' ? 'q' : 'gm'}/${configId}`,
    };
  });
}

/** A link knows nothing of channels; it hangs with the one under which somebody came last. */
function linksOf(world: World, corpId: string) {
  const links = world.store
    .sql<LinkRow & { state: string | null }>(
      `SELECT l.*, (SELECT r.state FROM wecom_relation r WHERE r.linkId = l.linkId AND r.state <> ''
         ORDER BY r.addedAt DESC LIMIT 1) AS state
       FROM wecom_link l WHERE l.corpId = ? ORDER BY l.seq DESC LIMIT 50`,
    )
    .all(corpId);
  return links.map((link) => {
    const { linkId, name, state } = link;
    const channel = state ? `?customer_channel=${encodeURIComponent(state)}` : '';
    return {
      ...{ kind: 'link', configId: '', linkId, name, state: state ?? '' },
      ...{ userIds: specOf(link).user, url: linkUrl(world, linkId) + channel },
    };
  });
}

function lastLine(world: World, { corpId, userId, externalUserId }: Relation) {
  const row = world.store
    .sql<WeComMessageRow>(
      `SELECT * FROM wecom_message WHERE externalUserId = ? AND corpId = ? AND userId = ? ORDER BY id DESC LIMIT 1`,
    )
    .get(externalUserId, corpId, userId);
  return row ? showWeComMessage(row) : null;
}
