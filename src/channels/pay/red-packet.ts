/** One packet as it will be asked for. Frozen before the first call: every retry sends exactly these values. */
export interface RedPacket {
  /** Ours, 1–28 letters and digits, never reused. */
  readonly billNo: string;
  readonly appId: string;
  readonly openid: string;
  readonly amountFen: number;
  /** Shown as the sender; at most 32 bytes. */
  readonly senderName: string;
  /** At most 128 bytes. */
  readonly wish: string;
  /** At most 32 bytes. */
  readonly activityName: string;
  /** At most 256 bytes. */
  readonly remark: string;
  /** IPv4 of the calling machine. */
  readonly clientIp: string;
  /** PRODUCT_1 to PRODUCT_8; needed below 1 and above 200 yuan. */
  readonly sceneId?: string;
}

/** The business fields on the wire, without nonce and signature: what a params hash should cover. */
export function packetFields(mchId: string, packet: RedPacket): Readonly<Record<string, string>> {
  return {
    act_name: packet.activityName,
    client_ip: packet.clientIp,
    mch_billno: packet.billNo,
    mch_id: mchId,
    re_openid: packet.openid,
    remark: packet.remark,
    ...(packet.sceneId !== undefined && { scene_id: packet.sceneId }),
    send_name: packet.senderName,
    total_amount: String(packet.amountFen),
    total_num: '1',
    wishing: packet.wish,
    wxappid: packet.appId,
  };
}

export type PacketProblem =
  | 'bill-number'
  | 'amount'
  | 'scene-required'
  | 'scene'
  | 'client-ip'
  | 'openid'
  | 'app-id'
  | 'sender-name'
  | 'wish'
  | 'activity-name'
  | 'remark';

/** What WeChat would refuse about a packet, before anything is sent. The platform's String(n) is read as bytes. */
export function checkRedPacket(packet: RedPacket): PacketProblem[] {
  const { amountFen, sceneId } = packet;
  const wantsScene = amountFen < 100 || amountFen > 20_000;
  const checks: [PacketProblem, boolean][] = [
    ['bill-number', /^[0-9A-Za-z]{1,28}$/.test(packet.billNo)],
    ['amount', Number.isSafeInteger(amountFen) && amountFen > 0],
    ['scene-required', !wantsScene || sceneId !== undefined],
    ['scene', sceneId === undefined || /^PRODUCT_[1-8]$/.test(sceneId)],
    ['client-ip', isIpv4(packet.clientIp)],
    ['openid', /^[\w-]{1,32}$/.test(packet.openid)],
    ['app-id', /^\w{1,32}$/.test(packet.appId)],
    ['sender-name', isText(packet.senderName, 32)],
    ['wish', isText(packet.wish, 128)],
    ['activity-name', isText(packet.activityName, 32)],
    ['remark', isText(packet.remark, 256)],
  ];
  return checks.filter(([, holds]) => !holds).map(([problem]) => problem);
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

/** Edge blanks and control characters break signatures in trimming parsers, so they are not sent. */
function isText(text: string, mostBytes: number): boolean {
  const isPlain = text === text.trim() && !/[\p{Cc}\p{Cs}\ufffe\uffff]/u.test(text);
  return text !== '' && isPlain && Buffer.byteLength(text) <= mostBytes;
}
