import type { Context } from 'koa';
import QRCode from 'qrcode';
import { randomText } from '../random';
import { writeAnswer, type Answer } from '../wire/answer';
import type { World } from '../world';
import { addLogin } from './calls/login-calls';
import { findMedia } from './media';
import { staffOf } from './staff';
import { linkOf, wayOf } from './ways';

/** Who sits at this browser's WeCom: set by the driver, read by the sign-in page. */
export const SEAT = 'sandbox-wecom-seat';

/**
 * What of WeCom is no API call: the picture of a code, an uploaded picture, the address of a link, and the
 * sign-in page that sends its visitor back with a code. False for every other path.
 */
export async function answerOpenPage(world: World, ctx: Context, path: string): Promise<boolean> {
  const answer = await openPage(world, ctx, path);
  if (!answer) return false;
  ctx.respond = false;
  writeAnswer(ctx.res, answer, undefined, world.held);
  return true;
}

async function openPage(world: World, ctx: Context, path: string): Promise<Answer | undefined> {
  if (ctx.method !== 'GET') return undefined;
  if (path === '/connect/oauth2/authorize') return authorize(world, ctx);
  const [, kind = '', id = ''] = /^\/(qr|media|ca)\/([\w-]+)$/.exec(path) ?? [];
  if (kind === 'ca') return toThePhone(world, ctx, id);
  if (kind === 'qr') return qrPicture(world, id, new URLSearchParams(ctx.querystring));
  return kind === 'media' ? uploaded(world, id) : undefined;
}

async function qrPicture(world: World, id: string, query: URLSearchParams): Promise<Answer> {
  const way = wayOf(world, id);
  if (!way) return { status: 404, type: 'text/plain', body: 'no such code' };
  const text = `https://work.weixin.qq.com/${way.kind === 'room' ? 'gm' : 'q'}/${id}`;
  const how = { margin: 2, width: 430, errorCorrectionLevel: 'M' } as const;
  if (query.get('format') === 'svg')
    return { type: 'image/svg+xml', body: await QRCode.toString(text, { ...how, type: 'svg' }) };
  return { type: 'image/png', body: await QRCode.toBuffer(text, how) };
}

/** Also what was uploaded to be sent: the sandbox's phones have no other way to show it. */
function uploaded(world: World, id: string): Answer {
  const media = findMedia(world, id);
  if (!media) return { status: 404, type: 'text/plain', body: 'no such file' };
  const isShown = /^(?:image\/(?:png|jpeg)|video\/mp4)$/.test(media.mime);
  const name = encodeURIComponent(media.fileName);
  return {
    type: isShown ? media.mime : 'application/octet-stream',
    headers: {
      'X-Content-Type-Options': 'nosniff',
      ...(isShown ? {} : { 'Content-Disposition': `attachment; filename*=UTF-8''${name}` }),
    },
    body: Buffer.from(media.base64, 'base64'),
  };
}

/** A link leads to WeChat: here to the sandbox's phone, which shows the rep behind it to whoever is in hand. */
function toThePhone(world: World, ctx: Context, linkId: string): Answer {
  if (!linkOf(world, linkId)) return { status: 404, type: 'text/plain', body: 'no such link' };
  const query = new URLSearchParams(ctx.querystring);
  const channel = query.get('customer_channel') ?? '';
  const led = new URLSearchParams({ ca: linkId, customer_channel: channel });
  const headers = { Location: `/sandbox/?${led.toString()}` };
  return { status: 302, type: 'text/plain', headers, body: '' };
}

/** Silent sign-in: whoever sits here is sent back with a code, if the address may be sent back to. */
async function authorize(world: World, ctx: Context): Promise<Answer> {
  const query = new URLSearchParams(ctx.querystring);
  const corp = world.wecom.corps.find(query.get('appid') ?? '');
  const agent = corp && world.wecom.corps.agent(corp.corpId, query.get('agentid') ?? '');
  if (!agent) return refused(40013, 'invalid corpid or agentid');
  const state = query.get('state') ?? '';
  if (query.get('response_type') !== 'code' || !/^[a-zA-Z0-9]{0,128}$/.test(state))
    return refused(84025, 'invalid state');
  const back = addressOf(query.get('redirect_uri') ?? '');
  const { redirectHost } = agent.settings;
  if (!back || (redirectHost !== null && back.host !== redirectHost))
    return refused(50001, 'redirect_uri unauthorized');
  const [corpId, userId = ''] = (ctx.cookies.get(SEAT) ?? '').split('/');
  const staff = corpId === agent.corpId ? staffOf(world, agent.corpId, userId) : undefined;
  if (staff?.leftAt !== null) return refused(60111, 'nobody of this corp sits here');
  const code = randomText(43);
  await world.store.write(() =>
    addLogin(
      world,
      { code, corpId: agent.corpId, agentId: agent.agentId, userId: staff.userId },
      world.clock.now(),
    ),
  );
  back.searchParams.set('code', code);
  back.searchParams.set('state', state);
  return { status: 302, type: 'text/plain', headers: { Location: back.toString() }, body: '' };
}

function addressOf(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return /^https?:$/.test(url.protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}

const refused = (code: number, reason: string): Answer => ({
  status: 400,
  type: 'text/plain; charset=utf-8',
  body: `${code} ${reason}`,
});
