import { backup } from './backup';
import type { Command } from './command';
import { doctor } from './doctor';
import { ledger, migrate, owner, replay, start } from './everyday';
import { exportCommand } from './export';
import { importCommand } from './import';
import { seed } from './seed';
import { templates } from './templates';

export type { Command, CommandCall } from './command';

export const commands: readonly Command[] = [
  start,
  migrate,
  doctor,
  seed,
  importCommand,
  exportCommand,
  templates,
  ledger,
  replay,
  backup,
  owner,
];
