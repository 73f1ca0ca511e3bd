import type { Locale } from '../kernel/text';
import { personName } from '../relationships';
import { clientMessageId, type DeliveryRow } from '../sending';
import { isoOrNull, reasonText } from './words';

export function presentDelivery(row: DeliveryRow, locale: Locale) {
  return {
    id: `${row.runId}.${row.identityId}`,
    runId: row.runId,
    identityId: row.identityId,
    personId: row.personId,
    name: personName(locale, row.displayName, row.openid),
    openid: row.openid,
    state: row.state,
    reason: row.reason,
    reasonText: row.reason === null ? null : reasonText(locale, row.reason, row.errcode),
    errcode: row.errcode,
    messageId: row.platformMessageId,
    clientMessageId: clientMessageId(row.runId, row.identityId),
    tries: row.tries,
    sentAt: isoOrNull(row.sentAt),
    receiptAt: isoOrNull(row.receiptAt),
  };
}
