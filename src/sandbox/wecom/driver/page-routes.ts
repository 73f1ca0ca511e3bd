import type { Router } from '@koa/router';
import { iso } from '../../clock';
import type { World } from '../../world';
import type { Relation } from '../contacts';
import { showWeComMessage, type WeComMessageRow } from '../messages';
import { linkOf, specOf, type WayRow } from '../ways';
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

  /** Codes on the wall: the newest first. */
  router.get('/wecom/corps/:corpId/codes', (ctx) => {
    const { corpId } = corpOrThrow(world, ctx.params.corpId);
    const ways = world.store
      .sql<WayRow>(
        `SELECT * FROM wecom_way WHERE corpId = ? AND kind = 'contact' ORDER BY seq DESC LIMIT 50`,
      )
      .all(corpId);
    const items = ways.map((way) => {
      const spec = specOf(way);
      const { configId } = way;
      const state = typeof spec.state === 'string' ? spec.state : '';
      return {
        configId,
        state,
        userIds: spec.user,
        url: `https://work.weixin.qq.com/q/${configId}`,
      };
    });
    ctx.body = { items, nextCursor: null };
  });

  /** Who stands behind a link that was opened. */
  router.get('/wecom/links/:linkId', (ctx) => {
    const link = linkOf(world, ctx.params.linkId ?? '') ?? notFound('link');
    const { linkId, corpId, name } = link;
    ctx.body = { linkId, corpId, name, userIds: specOf(link).user };
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
