import { Forbidden, NotFound } from '../errors';
import type { Actor } from './permissions';

export { recordChange } from './audit';
export { AuditEntry } from './audit.entity';
export { recordVersions, refuseIfChanged } from './record-versions';
export {
  permissions,
  permissionsOf,
  roles,
  type Access,
  type Actor,
  type Permission,
  type Rep,
  type Role,
} from './permissions';

/** An account the actor may not see is answered like one that does not exist. */
export function requireAccount(actor: Actor, accountId: string): void {
  if (actor.accountIds !== 'all' && !actor.accountIds.includes(accountId)) throw new NotFound();
}

/** What every account shares may only be read as a whole, or changed, by those who may see every account. */
export function requireAllAccounts(actor: Actor): void {
  if (actor.accountIds !== 'all') throw new Forbidden('all_accounts_needed');
}
