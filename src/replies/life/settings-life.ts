import { execute, insertOnce, select, type Tx } from '../../kernel/database';
import { InvalidInput } from '../../kernel/errors';
import type { Kit } from '../../kernel/kit';
import type { Life, LifeKit } from '../../review';
import type { Answer } from '../answers/answer';
import { refuseUnsaid } from '../answers/render-answer';

/** What an account says to somebody new, and when nothing else answers. */
export type SettingsContent = { readonly welcome: Answer | null; readonly default: Answer | null };
export type SettingsRow = SettingsContent & {
  /** The account. */
  readonly id: string;
  /** 0 before anything was set. */
  readonly updatedAt: number;
};

type Stored = { welcome: string | null; fallback: string | null; updatedAt: number };

const stored = `SELECT welcome, fallback, updatedAt FROM reply_default WHERE accountId = ?`;
const parsed = (json: string | null | undefined) => (json ? (JSON.parse(json) as Answer) : null);
const written = (answer: Answer | null) => (answer === null ? null : JSON.stringify(answer));
const rowOf = (id: string, row: Stored | undefined): SettingsRow => ({
  ...{ id, welcome: parsed(row?.welcome), default: parsed(row?.fallback) },
  updatedAt: row?.updatedAt ?? 0,
});

export const settingsIn = async (tx: Tx, id: string): Promise<SettingsRow> =>
  rowOf(id, (await select<Stored>(tx, stored, [id]))[0]);
export const settingsOf = async ({ db }: Pick<Kit, 'db'>, id: string): Promise<SettingsRow> =>
  rowOf(id, (await db.read.all<Stored>(stored, [id]))[0]);

/** A version is one long text of 64 KB. */
const mostBytes = 65_535;

/** Welcome and default answer of an account, from draft to answer. Every account has them, if only empty ones. */
export function settingsLife(kit: LifeKit): Life<SettingsRow, SettingsContent> {
  const now = () => kit.clock.business();
  const write = async (tx: Tx, { id }: { id: string }, content: SettingsContent) => {
    await execute(
      tx,
      `UPDATE reply_default SET welcome = ?, fallback = ?, updatedAt = ? WHERE accountId = ?`,
      [written(content.welcome), written(content.default), now(), id],
    );
    return { id, ...content, updatedAt: now() };
  };
  const hold = async (tx: Tx, { id }: { id: string }): Promise<boolean> => {
    const row = { accountId: id, welcome: null, fallback: null, updatedAt: now() };
    if (await insertOnce(tx, 'reply_default', row, ['accountId'])) return true;
    const touch = `UPDATE reply_default SET updatedAt = ? WHERE accountId = ?`;
    await execute(tx, touch, [now(), id]);
    return true;
  };
  return {
    ...{ kind: 'settings', named: 'reply-settings', topic: 'replies' },
    accountOf: (id) => id,
    find: (id) => settingsOf(kit, id),
    hold,
    first: ({ welcome, default: fallback, updatedAt }) =>
      updatedAt === 0
        ? undefined
        : {
            ...{ content: { welcome, default: fallback }, isLive: true },
            ...{ savedAt: updatedAt, publishedAt: updatedAt },
          },
    refuse: (content) => {
      refuseUnsaid(content.welcome, 'welcome', kit.settings.orgZone, now());
      refuseUnsaid(content.default, 'default', kit.settings.orgZone, now());
      if (Buffer.byteLength(JSON.stringify(content)) > mostBytes) {
        const errors = [{ path: 'welcome', code: 'answers_too_large' }];
        throw new InvalidInput('input_invalid', { errors });
      }
    },
    add: async (tx, id) => {
      await hold(tx, { id });
      return { id, welcome: null, default: null, updatedAt: now() };
    },
    answer: write,
    rest: (tx, row) => write(tx, row, { welcome: null, default: null }),
    remove: async (tx, row) => {
      await write(tx, row, { welcome: null, default: null });
    },
  };
}
