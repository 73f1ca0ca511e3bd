import type { TransferFailure } from '../wecom-event';
import { optional, textOf, type XmlTree } from '../wire/xml-tree';
import { isId, type Facts, type Reader } from './reading';

const failures: Readonly<Record<string, TransferFailure>> = {
  customer_refused: 'customer-refused',
  customer_limit_exceed: 'rep-full',
};

/** `change_external_contact` by its ChangeType. */
export const contactReaders: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['add_external_contact', about((fields) => ({ kind: 'contact-added', ...arriving(fields) }))],
  [
    'add_half_external_contact',
    about((fields) => ({ kind: 'contact-half-added', ...arriving(fields) })),
  ],
  [
    'edit_external_contact',
    about((fields) => ({
      kind: 'contact-edited',
      ...rep(fields),
      ...optional(fields, 'State', 'state'),
    })),
  ],
  [
    'del_external_contact',
    about((fields) => ({
      kind: 'contact-deleted-by-rep',
      ...rep(fields),
      byTransfer: textOf(fields, 'Source') === 'DELETE_BY_TRANSFER',
    })),
  ],
  ['del_follow_user', about((fields) => ({ kind: 'contact-deleted-by-customer', ...rep(fields) }))],
  [
    'transfer_fail',
    about((fields) => {
      const rawReason = textOf(fields, 'FailReason');
      const reason = failures[rawReason] ?? 'unknown';
      return { kind: 'contact-transfer-failed', ...rep(fields), reason, rawReason };
    }),
  ],
  [
    'msg_audit_approved',
    about((fields) => ({
      kind: 'contact-agreed-to-archive',
      ...rep(fields),
      ...optional(fields, 'WelcomeCode', 'welcomeCode'),
    })),
  ],
]);

function about(read: (fields: XmlTree) => Facts): Reader {
  return (fields) => {
    const contact = textOf(fields, 'ExternalUserID');
    if (!isId(contact) || !isId(textOf(fields, 'UserID'))) return undefined;
    return { facts: read(fields), about: contact };
  };
}

const rep = (fields: XmlTree) => ({ userId: textOf(fields, 'UserID') });

const arriving = (fields: XmlTree) => ({
  ...rep(fields),
  ...optional(fields, 'State', 'state'),
  ...optional(fields, 'WelcomeCode', 'welcomeCode'),
});
