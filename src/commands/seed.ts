import { countOperators } from '../console';
import { startServer } from '../server';
import { withKit, type Command, type CommandCall } from './command';

/** Why this installation cannot be filled, or undefined. */
async function hindrance(call: CommandCall): Promise<string | undefined> {
  const { isSandboxOn, role } = call.settings;
  if (!isSandboxOn) return 'the demo brand lives in the sandbox, and that is off here';
  if (role !== 'all') return 'the demo brand needs ROLE=all';
  return withKit(call, async (kit) => {
    const [accounts] = await kit.db.read.all<{ n: number }>(`SELECT COUNT(*) AS n FROM account`);
    const isEmpty = accounts?.n === 0 && (await countOperators(kit)) === 0;
    return isEmpty ? undefined : 'this installation has accounts or operators already';
  });
}

export const seed: Command = {
  name: 'seed',
  usage: 'guanxi seed [--check]',
  summary:
    'Fill an empty installation with the demo brand, in the sandbox; --check only says whether it would. Stop the server first',
  options: { check: { type: 'boolean' } },
  run: async (call) => {
    const why = await hindrance(call);
    const tell = (facts: Record<string, unknown>, sentence: string) =>
      call.say(call.isJson ? JSON.stringify(facts) : sentence);
    if (why !== undefined || call.values['check'] === true) {
      tell(
        { willSeed: why === undefined, ...(why === undefined ? {} : { reason: why }) },
        why === undefined
          ? 'empty: `guanxi seed` fills it with the demo brand'
          : `not seeded: ${why}`,
      );
      return why === undefined || call.values['check'] === true ? 0 : 1;
    }
    // Printing addresses and sign-ins is for a server that stays.
    const quiet = { ...call.settings, demo: 'on' as const, logLevel: 'silent' as const };
    const server = await startServer(quiet, call.log);
    await server.stop();
    tell(
      { seeded: true },
      'seeded: `guanxi start` prints the demo sign-ins, kept in DATA_DIR/demo-sign-ins.json',
    );
    return 0;
  },
};
