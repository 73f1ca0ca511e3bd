import { randomDigits, randomHex } from '../random';
import { Refusal } from '../store/database';

const texts: Record<number, string> = {
  [-1]: 'system busy',
  40001: 'invalid credential',
  40003: 'invalid userid',
  40004: 'invalid media type',
  40007: 'invalid media_id',
  40013: 'invalid corpid',
  40014: 'invalid access_token',
  40029: 'invalid code',
  40056: 'invalid agentid',
  40058: 'invalid Request Parameter',
  40063: 'some parameters are empty',
  40066: 'invalid url',
  40068: 'invalid tagid',
  40071: 'tag name has exist',
  40072: 'invalid tag name size',
  40096: 'invalid external userid',
  40097: 'handover user is not resigned',
  40098: 'user not verified',
  40099: 'takeover user reached customer limit',
  40100: 'customer is being transferred',
  40126: 'corp tag reached the limit',
  40128: 'customer transferred too many times',
  40129: 'customer is being transferred',
  40130: 'takeover user is the handover user',
  40131: 'handover user is not the follower',
  41001: 'access_token missing',
  41002: 'corpid missing',
  41004: 'corpsecret missing',
  41006: 'media_id missing',
  41008: 'code missing',
  41009: 'userid missing',
  41035: 'external_userid missing',
  41037: 'contact way type missing',
  41040: 'invalid contact way scene',
  41041: 'too many users in contact way',
  41042: 'invalid style',
  41044: 'invalid config_id',
  41045: 'contact way reached the limit',
  41047: 'invalid msgid',
  41048: 'no customer to send',
  41049: 'welcome_code missing',
  41050: 'welcome code expired or invalid',
  41051: 'externaluser has started chatting',
  41053: 'externaluser has not agreed to archive',
  41054: 'user not activated',
  41058: 'not the creator of the template',
  41060: 'invalid moment id',
  41061: 'moment does not belong to the user',
  41062: 'moment not published by the user',
  41063: 'group msg is being dispatched',
  41064: 'too many attachments',
  41065: 'invalid attachment type',
  41067: 'invalid moment type',
  41079: 'moment is being dispatched',
  41089: 'moment content is empty',
  41091: 'too many chats in join way',
  41093: 'group msg has been cancelled',
  41094: 'remind too many times',
  41096: 'other app is sending welcome msg',
  42001: 'access_token expired',
  42003: 'code expired',
  42022: 'code has been used',
  43001: 'require GET method',
  43002: 'require POST method',
  44001: 'empty media data',
  44004: 'empty content',
  45001: 'media size out of limit',
  45002: 'content size out of limit',
  45009: 'api freq out of limit',
  45033: 'api concurrent out of limit',
  46004: 'user no exist',
  47001: 'data format error',
  48002: 'api forbidden',
  48007: 'kf account not authorized',
  49008: 'chat has been dismissed',
  50001: 'redirect_uri unauthorized',
  50003: 'app is disabled',
  60003: 'department not found',
  60011: 'no privilege to access/modify contact/party/agent',
  60020: 'not allow to access from your ip',
  60111: 'userid not found',
  60140: 'invalid response_code',
  81013: 'user & party & tag all invalid',
  82001: 'all touser & toparty & totag empty',
  84061: 'not external contact',
  84074: 'no external contact permission',
  90500: 'chat owner is not resigned',
  90501: 'not external chat',
  90504: 'chat owner is not changed',
  90511: 'invalid opengid',
  95000: 'invalid open_kfid',
  95001: 'send msg count limit',
  95002: 'send msg time limit',
  95007: 'invalid msg token',
  95008: 'menu item count limit',
  95009: 'invalid menu item',
  95013: 'session end',
  95014: 'user is not servicer',
  95016: 'invalid session status change',
  95018: 'send msg session status invalid',
  95019: 'servicer is not serving',
  301002: 'not allow operate another agent with this accesstoken',
};

/** WeCom says no: HTTP 200 with an errcode. */
export class WeComRefusal extends Refusal {
  constructor(
    readonly code: number,
    readonly detail?: string,
  ) {
    super(`errcode ${code}`);
  }
}

export function refuse(code: number, detail?: string): never {
  throw new WeComRefusal(code, detail);
}

/** A value of the wrong JSON type. */
export function wrongType(): never {
  throw new WeComRefusal(40058, 'Warning: wrong json format. invalid Request Parameter');
}

/** The hint is seconds, a number and a random word; nobody may decide on this text. */
export function refusalAnswer(code: number, now: number, address: string, detail?: string) {
  const hint = `[${Math.floor(now / 1000)}_${randomDigits(2)}_${randomHex(8)}]`;
  const errmsg =
    `${detail ?? texts[code] ?? 'error'}, hint: ${hint}, from ip: ${address}, ` +
    `more info at https://open.work.weixin.qq.com/devtool/query?e=${code}`;
  return {
    body: JSON.stringify({ errcode: code, errmsg }),
    headers: { 'error-code': String(code), 'error-msg': errmsg },
  };
}
