import { permissions, type Actor } from '../kernel/access';
import { demoNames } from './words';

/** Whoever made what a demo starts with, as the audit log names it. */
export const seeder: Actor = {
  kind: 'system',
  id: 'demo',
  name: demoNames.seeder,
  permissions: new Set(permissions),
  accountIds: 'all',
};
