import { recordChange, type Actor } from '../../kernel/access';
import { execute, insertRows, select, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';

export type WelcomeTexts = {
  standard: string | null;
  bySource: { source: string; text: string }[];
};
export type WelcomeTextRow = { source: string; text: string };

export const welcomesQuery = `SELECT source, text FROM welcome_text WHERE accountId = ? ORDER BY source`;

export const welcomesFrom = (rows: readonly WelcomeTextRow[]): WelcomeTexts => ({
  standard: rows.find(({ source }) => source === '')?.text ?? null,
  bySource: rows
    .filter(({ source }) => source !== '')
    .map(({ source, text }) => ({ source, text })),
});

/** All of a corp's greetings at once; what is not named any more is not said any more. */
export async function keepWelcomes(
  kit: Pick<Kit, 'newId' | 'clock'>,
  tx: Tx,
  actor: Actor,
  accountId: string,
  wanted: WelcomeTexts,
): Promise<void> {
  const before = welcomesFrom(await select<WelcomeTextRow>(tx, welcomesQuery, [accountId]));
  const texts = new Map(wanted.bySource.map(({ source, text }) => [source, text]));
  if (wanted.standard !== null) texts.set('', wanted.standard);
  const changedAt = kit.clock.business();
  await execute(tx, `DELETE FROM welcome_text WHERE accountId = ?`, [accountId]);
  await insertRows(
    tx,
    'welcome_text',
    [...texts].map(([source, text]) => ({ accountId, source, text, changedAt })),
  );
  await recordChange(tx, actor, {
    id: kit.newId(),
    at: kit.clock.system(),
    action: 'account.changed',
    targetKind: 'account',
    targetId: accountId,
    before: { welcomes: before },
    after: { welcomes: wanted },
  });
}
