import { specsIn, type Attachments, type AttachmentSpec } from '../../attachments';
import { recordChange, type Actor } from '../../kernel/access';
import { execute, insertRows, select, type Reader, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';

type Said = { text: string; attachments?: AttachmentSpec[] | undefined };
export type SpecialWelcome = Said & { userIds: string[]; from: string | null; to: string | null };
export type WelcomeTexts = {
  standard: string | null;
  standardAttachments?: AttachmentSpec[] | undefined;
  bySource: (Said & { source: string })[];
  special?: SpecialWelcome[] | undefined;
};
type TextRow = { source: string; text: string; attachments: string | null };
export type SpecialRow = {
  userIds: string;
  fromClock: string | null;
  toClock: string | null;
  text: string;
  attachments: string;
};

/** In the log of changes. */
export const welcomesKind = 'welcomes';
const textsSql = `SELECT source, text, attachments FROM welcome_text WHERE accountId = ? ORDER BY source`;
export const specialSql = `SELECT userIds, fromClock, toClock, text, attachments
  FROM welcome_special WHERE accountId = ? ORDER BY place`;

export async function readWelcomes(read: Reader, accountId: string) {
  return welcomesFrom(
    await read.all<TextRow>(textsSql, [accountId]),
    await read.all<SpecialRow>(specialSql, [accountId]),
  );
}

function welcomesFrom(texts: readonly TextRow[], special: readonly SpecialRow[]) {
  const standard = texts.find(({ source }) => source === '');
  return {
    standard: standard?.text ?? null,
    standardAttachments: specsIn(standard?.attachments ?? null),
    bySource: texts
      .filter(({ source }) => source !== '')
      .map(({ source, text, attachments }) => ({
        ...{ source, text, attachments: specsIn(attachments) },
      })),
    special: special.map(({ userIds, fromClock, toClock, text, attachments }) => ({
      ...{ userIds: JSON.parse(userIds) as string[], from: fromClock, to: toClock },
      ...{ text, attachments: specsIn(attachments) },
    })),
  };
}

export const attachmentsOf = (wanted: WelcomeTexts): AttachmentSpec[] => [
  ...(wanted.standardAttachments ?? []),
  ...wanted.bySource.flatMap(({ attachments = [] }) => attachments),
  ...(wanted.special ?? []).flatMap(({ attachments = [] }) => attachments),
];

/** All of a corp's greetings at once; what is not named any more is not said any more. */
export async function keepWelcomes(
  kit: Pick<Kit, 'newId' | 'clock'>,
  tx: Tx,
  actor: Actor,
  accountId: string,
  wanted: WelcomeTexts,
  attachments?: Attachments,
): Promise<void> {
  const before = welcomesFrom(
    await select<TextRow>(tx, textsSql, [accountId]),
    await select<SpecialRow>(tx, specialSql, [accountId]),
  );
  const changedAt = kit.clock.business();
  const texts = new Map<string, Said>(wanted.bySource.map((said) => [said.source, said]));
  const { standard: text, standardAttachments } = wanted;
  if (text !== null) texts.set('', { text, attachments: standardAttachments });
  await execute(tx, `DELETE FROM welcome_text WHERE accountId = ?`, [accountId]);
  await insertRows(
    tx,
    'welcome_text',
    [...texts].map(([source, said]) => ({
      ...{ accountId, source, text: said.text, changedAt },
      attachments: JSON.stringify(said.attachments ?? []),
    })),
  );
  await execute(tx, `DELETE FROM welcome_special WHERE accountId = ?`, [accountId]);
  await insertRows(
    tx,
    'welcome_special',
    (wanted.special ?? []).map((said, place) => ({
      ...{ id: kit.newId(), accountId, place, text: said.text },
      ...{ userIds: JSON.stringify(said.userIds), fromClock: said.from, toClock: said.to },
      attachments: JSON.stringify(said.attachments ?? []),
    })),
  );
  await attachments?.want(tx, accountId, attachmentsOf(wanted));
  await recordChange(tx, actor, {
    id: kit.newId(),
    at: kit.clock.system(),
    action: 'welcomes.changed',
    targetKind: welcomesKind,
    targetId: accountId,
    before,
    after: wanted,
  });
}
