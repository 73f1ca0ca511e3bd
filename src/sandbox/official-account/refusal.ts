import { randomHex } from '../random';
import { Refusal } from '../store/database';

const texts: Record<number, string> = {
  [-1]: 'system error',
  40001:
    'invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r',
  40002: 'invalid grant_type',
  40003: 'invalid openid',
  40004: 'invalid media type',
  40006: 'invalid meida size',
  40007: 'invalid media_id',
  40008: 'invalid message type',
  40013: 'invalid appid',
  40014: 'invalid access_token',
  40016: 'invalid button size',
  40018: 'invalid button name size',
  40019: 'invalid button key size',
  40020: 'invalid button url size',
  40023: 'invalid sub button size',
  40025: 'invalid sub button name size',
  40031: 'invalid openid list',
  40032: 'invalid openid list size',
  40033: 'invalid charset. please check your request, if include \\uxxxx will create fail!',
  40035: 'invalid parameter',
  40036: 'invalid template_id size',
  40037: 'invalid template_id',
  40053: 'invalid actioninfo',
  40066: 'invalid url',
  40119: 'invalid use button type',
  40125: 'invalid appsecret',
  40164: 'invalid ip, not in whitelist',
  41001: 'access_token missing',
  41002: 'appid missing',
  41004: 'appsecret missing',
  41005: 'media data missing',
  42001: 'access_token expired',
  43001: 'require GET method',
  43002: 'require POST method',
  43004: 'require subscribe',
  43019: 'require remove blacklist',
  43101: 'user refuse to accept the msg',
  44002: 'empty post data',
  44004: 'empty content',
  45002: 'content size out of limit',
  45008: 'article size out of limit',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit, must slower, retry next minute',
  45015: 'response out of time limit or subscription is canceled',
  45047: 'out of response count limit',
  45056: 'too many tag now, no need to add new',
  45057: 'can not delete the tag that has too many fans',
  45058: "can't modify sys tag",
  45059: 'can not add this tag, the user has too many tags',
  45072: 'invalid command',
  45157: 'invalid tag name',
  45158: 'tag name too long',
  45159: 'invalid tag id',
  45162: 'invalid type',
  46003: 'menu no exist',
  47001: 'data format error',
  47003: 'argument invalid!',
  48001: 'api unauthorized',
  48002: 'user block receive message',
  65301: 'no such menuid',
  65302: 'no such user',
  65303: 'there is no selfmenu, please create selfmenu first',
  65304: 'match rule empty',
  65316: 'the conditional menu links to too many domains',
  65320: 'match rule uses attributes that are no longer offered',
  48006: 'forbid to clear quota because of reaching the limit',
  49003: 'not match openid with appid',
};

/** WeChat says no: HTTP 200 with an errcode. */
export class PlatformRefusal extends Refusal {
  constructor(
    readonly code: number,
    readonly detail?: string,
  ) {
    super(`errcode ${code}`);
  }
}

export function refuse(code: number, detail?: string): never {
  throw new PlatformRefusal(code, detail);
}

/** `rid` is three groups of eight hex digits; the first is the time in seconds. */
export function refusalBody(code: number, now: number, detail?: string): string {
  const rid = `${Math.floor(now / 1000).toString(16)}-${randomHex(4)}-${randomHex(4)}`;
  const message = detail ?? texts[code] ?? 'error';
  return JSON.stringify({ errcode: code, errmsg: `${message} rid: ${rid}` });
}
