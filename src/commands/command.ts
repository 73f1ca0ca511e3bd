import type { AccountBook } from '../accounts';
import { permissions, type Actor } from '../kernel/access';
import type { Log } from '../kernel/log';
import type { Settings } from '../kernel/settings';
import { openKit, type RunningKit } from '../open-kit';
import { wire, type World } from '../wiring';

export type CommandCall = {
  settings: Settings;
  log: Log;
  words: string[];
  values: Record<string, string | boolean | undefined>;
  isJson: boolean;
  openBook: (kit: RunningKit) => Promise<AccountBook>;
  say: (line: string) => void;
};

export type Command = {
  name: string;
  usage: string;
  summary: string;
  options: Record<string, { type: 'string' | 'boolean' }>;
  /** The exit code. */
  run(call: CommandCall): Promise<number>;
};

export const operatorAtTheShell: Actor = {
  kind: 'system',
  id: 'cli',
  name: 'command line',
  permissions: new Set(permissions),
  accountIds: 'all',
};

export async function withKit<T>(
  call: CommandCall,
  work: (kit: RunningKit) => Promise<T>,
): Promise<T> {
  const kit = await openKit({ ...call.settings, role: 'web' }, call.log);
  try {
    return await work(kit);
  } finally {
    await kit.closeKit();
  }
}

export const wrongUsage = (call: CommandCall, command: Command): number => {
  call.say(command.usage);
  return 2;
};

/** The whole product without its loops: whatever the API can do, a command can do too. */
export function withWorld<T>(
  call: CommandCall,
  work: (kit: RunningKit, world: World) => Promise<T>,
): Promise<T> {
  return withKit(call, async (kit) => {
    const world = await wire(kit);
    try {
      return await work(kit, world);
    } finally {
      await world.stop();
    }
  });
}
