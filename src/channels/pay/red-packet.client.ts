import { randomBytes } from 'node:crypto';
import type { HttpClient } from '../../kernel/http-client';
import { listOf, textOf, treesOf, treeOf, type XmlTree } from '../wire/xml-tree';
import { callV2, type MerchantV2, type UnknownReason } from './call-v2';
import { refusalOf, type RefusalClass, type RefusalRow } from './red-packet-errors';
import { packetStateOf, type PacketState } from './red-packet-states';
import { checkRedPacket, packetFields, type PacketProblem, type RedPacket } from './red-packet';

/** Where v2 calls go. */
export const officialPayHost = 'https://api.mch.weixin.qq.com';

/** Short, bounded and without secrets: fit for the append-only call log. */
export interface CallTrace {
  readonly returnCode: string;
  readonly resultCode: string;
  readonly errorCode: string;
  /** For people only; programs decide by code. */
  readonly message: string;
}

export type SendResult =
  | { readonly kind: 'sent'; readonly sendListId: string; readonly trace: CallTrace }
  /**
   * WeChat's no, with what it allows. `isCertain` is false when the reply itself was a failure (return_code FAIL):
   * then something may have been stored all the same, and only a query tells.
   */
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly class: Exclude<RefusalClass, 'unknown'>;
      readonly scope: RefusalRow['scope'];
      readonly again?: RefusalRow['again'];
      readonly isCertain: boolean;
      readonly trace: CallTrace;
    }
  /** Stopped here, before the first byte left. */
  | { readonly kind: 'not-sendable'; readonly problems: readonly PacketProblem[] }
  /** It may have been paid. The number stays, and only asking tells. */
  | {
      readonly kind: 'unknown';
      readonly reason: UnknownReason | 'error-code';
      readonly code?: string;
      readonly again?: RefusalRow['again'];
      readonly trace?: CallTrace;
    };

export type QueryResult =
  | {
      readonly kind: 'found';
      readonly state: PacketState;
      readonly detailId: string;
      readonly amountFen: number;
      readonly reason?: string;
      /** Beijing time as written, `YYYY-MM-DD HH:mm:ss`. */
      readonly sentAtText?: string;
      readonly receivedAtText?: string;
      readonly refundedAtText?: string;
      readonly refundFen?: number;
      readonly openid?: string;
      readonly trace: CallTrace;
    }
  /** No such order *yet*, or no longer (after 30 days). Never proof that nothing was paid. */
  | { readonly kind: 'not-found'; readonly trace: CallTrace }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly class: RefusalClass;
      readonly trace: CallTrace;
    }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason; readonly trace?: CallTrace };

export interface RedPacketParts {
  readonly http: Pick<HttpClient, 'request'>;
  /** Base URL of a merchant's platform; the official host unless the merchant belongs to the sandbox. */
  readonly hostOf: (merchant: MerchantV2) => string;
  readonly newNonce?: () => string;
  readonly timeoutMs?: number;
}

export interface RedPacketClient {
  send(merchant: MerchantV2, packet: RedPacket): Promise<SendResult>;
  query(merchant: MerchantV2, order: { billNo: string; appId: string }): Promise<QueryResult>;
}

/** Cash red packets by API v2. Never retries and never changes a number: the payout ledger decides both. */
export function openRedPackets(parts: RedPacketParts): RedPacketClient {
  const { http, hostOf, timeoutMs = 10_000 } = parts;
  const newNonce = parts.newNonce ?? (() => randomBytes(16).toString('hex'));
  const call = (merchant: MerchantV2, name: string, fields: Readonly<Record<string, string>>) =>
    callV2(
      http,
      merchant,
      `${hostOf(merchant)}/mmpaymkttransfers/${name}`,
      { ...fields, nonce_str: newNonce() },
      timeoutMs,
    );
  return {
    send: async (merchant, packet) => {
      const problems = checkRedPacket(packet);
      if (problems.length > 0) return { kind: 'not-sendable', problems };
      const answer = await call(merchant, 'sendredpack', packetFields(merchant.mchId, packet));
      return answer.kind === 'unknown' ? answer : readSend(merchant, packet, answer.fields);
    },
    query: async (merchant, order) => {
      const answer = await call(merchant, 'gethbinfo', {
        appid: order.appId,
        bill_type: 'MCHT',
        mch_billno: order.billNo,
        mch_id: merchant.mchId,
      });
      return answer.kind === 'unknown' ? answer : readQuery(merchant, order.billNo, answer.fields);
    },
  };
}

function readSend(merchant: MerchantV2, packet: RedPacket, fields: XmlTree): SendResult {
  const trace = traceOf(fields);
  if (isForeign(fields, merchant, packet.billNo))
    return { kind: 'unknown', reason: 'foreign-reply', trace };
  // A success carries an err_code too (`SUCCESS`, `0`): only the two result codes decide.
  if (trace.returnCode === 'SUCCESS' && trace.resultCode === 'SUCCESS') {
    if (differs(fields, 'total_amount', packet.amountFen))
      return { kind: 'unknown', reason: 'foreign-reply', trace };
    return { kind: 'sent', sendListId: textOf(fields, 'send_listid'), trace };
  }
  if (trace.errorCode === '' || trace.resultCode === 'SUCCESS')
    return { kind: 'unknown', reason: 'no-error-code', trace };
  const row = refusalOf(trace.errorCode);
  const again = row.again && { again: row.again };
  if (row.class === 'unknown')
    return { kind: 'unknown', reason: 'error-code', code: row.code, ...again, trace };
  return {
    kind: 'refused',
    code: row.code,
    class: row.class,
    scope: row.scope,
    ...again,
    isCertain: trace.returnCode === 'SUCCESS',
    trace,
  };
}

function readQuery(merchant: MerchantV2, billNo: string, fields: XmlTree): QueryResult {
  const trace = traceOf(fields);
  if (isForeign(fields, merchant, billNo))
    return { kind: 'unknown', reason: 'foreign-reply', trace };
  if (trace.returnCode !== 'SUCCESS' || trace.resultCode !== 'SUCCESS') {
    if (trace.errorCode === '') return { kind: 'unknown', reason: 'no-error-code', trace };
    if (trace.errorCode === 'NOT_FOUND') return { kind: 'not-found', trace };
    const row = refusalOf(trace.errorCode);
    return { kind: 'refused', code: row.code, class: row.class, trace };
  }
  const state = packetStateOf(textOf(fields, 'status'));
  if (!state) return { kind: 'unknown', reason: 'unknown-state', trace };
  const [receipt] = treesOf(treeOf(fields, 'hblist'), 'hbinfo');
  const said = (tag: string, from: XmlTree = fields) => textOf(from, tag);
  const refund = said('refund_amount');
  return {
    kind: 'found',
    state,
    detailId: said('detail_id'),
    amountFen: fenOf(said('total_amount')),
    ...named('reason', said('reason')),
    ...named('sentAtText', said('send_time')),
    ...named('refundedAtText', said('refund_time')),
    ...(refund !== '' && { refundFen: fenOf(refund) }),
    ...(receipt && named('receivedAtText', said('rcv_time', receipt))),
    ...(receipt && named('openid', said('openid', receipt))),
    trace,
  };
}

/** A reply that names another order or merchant is not the answer to ours. */
function isForeign(fields: XmlTree, merchant: MerchantV2, billNo: string): boolean {
  return differs(fields, 'mch_billno', billNo) || differs(fields, 'mch_id', merchant.mchId);
}

function differs(fields: XmlTree, tag: string, expected: string | number): boolean {
  const found = listOf(fields, tag);
  return found.length > 0 && !(found.length === 1 && found[0] === String(expected));
}

function traceOf(fields: XmlTree): CallTrace {
  const cut = (tag: string, most: number) =>
    Array.from(textOf(fields, tag)).slice(0, most).join('');
  return {
    returnCode: cut('return_code', 16),
    resultCode: cut('result_code', 16),
    errorCode: cut('err_code', 64).trim(),
    message: cut('err_code_des', 200) || cut('return_msg', 200),
  };
}

const fenOf = (text: string) => (/^\d{1,12}$/.test(text) ? Number(text) : 0);

function named<Name extends string>(name: Name, text: string): { [Key in Name]?: string } {
  return text === '' ? {} : ({ [name]: text } as { [Key in Name]?: string });
}
