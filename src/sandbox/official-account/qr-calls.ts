import QRCode from 'qrcode';
import { randomText } from '../random';
import type { Answer } from '../wire/answer';
import { object, text } from '../wire/body';
import type { World } from '../world';
import { json, type Call, type Endpoints } from './endpoint';
import { refuse } from './refusal';

export interface SceneRow {
  ticket: string;
  appId: string;
  scene: string;
  kind: 'number' | 'text';
  permanent: number;
  expiresAt: number | null;
  url: string;
  name: string | null;
  createdAt: number;
}

const LONGEST = 2_592_000;

/** Codes that carry a scene: temporary or permanent, by number or by text. */
export const qrCalls: Endpoints = {
  '/cgi-bin/qrcode/create': {
    where: 'qrcode',
    quota: 'qrcode',
    method: 'POST',
    run: (world, call) => {
      const action = text(call.body, 'action_name');
      const permanent = action.startsWith('QR_LIMIT_');
      if (!/^QR_(?:LIMIT_)?(?:STR_)?SCENE$/.test(action)) refuse(40053);
      const kind = action.includes('STR') ? 'text' : 'number';
      const scene = sceneIn(call, kind, permanent);
      const seconds = permanent ? null : secondsIn(call);
      const made = addScene(
        world,
        { appId: call.account.appId, scene, kind, seconds, name: null },
        call.now,
      );
      return json({
        ticket: made.ticket,
        ...(seconds === null ? {} : { expire_seconds: seconds }),
        url: made.url,
      });
    },
  },
};

function sceneIn(call: Call, kind: 'number' | 'text', permanent: boolean): string {
  const scene = object(object(call.body, 'action_info'), 'scene');
  if (kind === 'text') {
    const value = text(scene, 'scene_str');
    return value.length >= 1 && value.length <= 64 ? value : refuse(40053);
  }
  const value = Number(scene?.scene_id);
  const most = permanent ? 100_000 : 0xffffffff;
  return Number.isInteger(value) && value >= 1 && value <= most ? String(value) : refuse(40053);
}

function secondsIn(call: Call): number {
  const wanted = call.body.expire_seconds;
  if (wanted === undefined) return 60;
  return typeof wanted === 'number' && wanted >= 1
    ? Math.min(Math.floor(wanted), LONGEST)
    : refuse(40035);
}

/** Inside a work. */
export function addScene(
  world: World,
  wanted: {
    appId: string;
    scene: string;
    kind: 'number' | 'text';
    seconds: number | null;
    name: string | null;
  },
  now: number,
): SceneRow {
  const row: SceneRow = {
    ticket: `gQ${randomText(94)}==`,
    appId: wanted.appId,
    scene: wanted.scene,
    kind: wanted.kind,
    permanent: wanted.seconds === null ? 1 : 0,
    expiresAt: wanted.seconds === null ? null : now + wanted.seconds * 1000,
    url: `http://weixin.qq.com/q/${randomText(22)}`,
    name: wanted.name,
    createdAt: now,
  };
  world.store
    .sql(
      'INSERT INTO scene (ticket, appId, scene, kind, permanent, expiresAt, url, name, createdAt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      row.ticket,
      row.appId,
      row.scene,
      row.kind,
      row.permanent,
      row.expiresAt,
      row.url,
      row.name,
      now,
    );
  return row;
}

export function sceneByTicket(world: World, ticket: string): SceneRow | undefined {
  return world.store.sql<SceneRow>('SELECT * FROM scene WHERE ticket = ?').get(ticket);
}

/** The newest code of an account that carries this scene. */
export function sceneByName(world: World, appId: string, scene: string): SceneRow | undefined {
  return world.store
    .sql<SceneRow>(
      'SELECT * FROM scene WHERE appId = ? AND scene = ? ORDER BY createdAt DESC, rowid DESC LIMIT 1',
    )
    .get(appId, scene);
}

/** GET /cgi-bin/showqrcode: needs no token, as on mp.weixin.qq.com. */
export async function showQrCode(world: World, query: URLSearchParams): Promise<Answer> {
  const scene = sceneByTicket(world, query.get('ticket') ?? '');
  if (!scene) return { status: 404, type: 'text/plain', body: 'not found' };
  const look = { margin: 1, errorCorrectionLevel: 'M' as const };
  const headers = { 'Cache-Control': 'public, max-age=86400' };
  if (query.get('format') === 'svg') {
    const body = await QRCode.toString(scene.url, { ...look, type: 'svg' });
    return { type: 'image/svg+xml', headers, body };
  }
  return {
    type: 'image/png',
    headers,
    body: await QRCode.toBuffer(scene.url, { ...look, width: 430 }),
  };
}
