import { Kernel1700000000001 } from './1700000000001-kernel';
import { Accounts1700000000002 } from './1700000000002-accounts';
import { Relationships1700000000003 } from './1700000000003-relationships';
import { Intake1700000000004 } from './1700000000004-intake';

/** In order; a released migration is never edited. */
export const migrations = [
  Kernel1700000000001,
  Accounts1700000000002,
  Relationships1700000000003,
  Intake1700000000004,
];
