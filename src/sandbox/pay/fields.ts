import { sandboxText } from '../text';
import { parseXml } from '../wire/xml';
import type { Merchant } from './merchants';
import { refusePay } from './refusal';
import { signatureOf } from './signature';

export type PayFields = Record<string, string>;

/** The flat fields of a v2 body, blanks and all; refuses with XML_ERROR. */
export function readFields(body: string): PayFields {
  const parsed = parseXml(body);
  if (!parsed || Object.keys(parsed).length === 0) return refusePay('XML_ERROR');
  const fields: PayFields = {};
  for (const [name, value] of Object.entries(parsed)) {
    if (typeof value !== 'string') return refusePay('XML_ERROR');
    fields[name] = value;
  }
  return fields;
}

/** Red packet calls are signed with MD5 and know no sign_type. */
export function checkSignature(fields: PayFields, merchant: Merchant): void {
  if (fields.sign_type !== undefined || fields.sign !== signatureOf(fields, merchant.apiV2Key))
    refusePay('SIGN_ERROR');
}

const sendRules: [name: string, bytes: number][] = [
  ['nonce_str', 32],
  ['mch_billno', 28],
  ['mch_id', 32],
  ['wxappid', 32],
  ['send_name', 32],
  ['re_openid', 32],
  ['total_amount', 12],
  ['total_num', 3],
  ['wishing', 128],
  ['client_ip', 15],
  ['act_name', 32],
  ['remark', 256],
];

const queryRules: [name: string, bytes: number][] = [
  ['nonce_str', 32],
  ['mch_billno', 28],
  ['mch_id', 32],
  ['appid', 32],
  ['bill_type', 32],
];

const wrong = (name: string) => refusePay('PARAM_ERROR', sandboxText.pay.PARAM_ERROR(name));

function checkLengths(fields: PayFields, rules: [string, number][]): void {
  for (const [name, bytes] of rules) {
    const value = fields[name] ?? '';
    if (value === '') refusePay('PARAM_ERROR', sandboxText.pay.missing(name));
    if (Buffer.byteLength(value) > bytes) wrong(name);
  }
  if (!/^[0-9A-Za-z]+$/.test(fields.mch_billno ?? '')) wrong('mch_billno');
}

/** The fields of sendredpack. Lengths count bytes here: what is right in bytes is right in characters too. */
export function checkSendFields(fields: PayFields): void {
  checkLengths(fields, sendRules);
  if (!/^[1-9]\d*$/.test(fields.total_amount ?? '')) wrong('total_amount');
  if (fields.total_num !== '1') wrong('total_num');
  const octets = (fields.client_ip ?? '').split('.');
  if (octets.length !== 4 || !octets.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255))
    wrong('client_ip');
  if (
    fields.scene_id !== undefined &&
    fields.scene_id !== '' &&
    !/^PRODUCT_[1-8]$/.test(fields.scene_id)
  )
    wrong('scene_id');
  const amount = Number(fields.total_amount);
  if ((amount < 100 || amount > 20_000) && (fields.scene_id ?? '') === '')
    refusePay('PARAM_ERROR', sandboxText.pay.missing('scene_id'));
}

export function checkQueryFields(fields: PayFields): void {
  checkLengths(fields, queryRules);
  if (fields.bill_type !== 'MCHT') wrong('bill_type');
}
