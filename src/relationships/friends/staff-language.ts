import { execute, marksFor, type Reader, type Tx } from '../../kernel/database';
import type { Locale } from '../../kernel/text';

type Rep = { readonly accountId: string; readonly userId: string };

/** What a rep chose to read; undefined until they did. WeCom’s directory says nothing of it. */
export async function chosenLanguage(read: Reader, rep: Rep): Promise<Locale | undefined> {
  return (await languages(read, rep.accountId, [rep.userId])).get(rep.userId.toLowerCase());
}

/** Chinese, unless they chose otherwise. */
export const languageOf = async (read: Reader, rep: Rep): Promise<Locale> =>
  (await chosenLanguage(read, rep)) ?? 'zh-CN';

/** The same staff, by what they read. */
export async function byLanguage(
  read: Reader,
  accountId: string,
  userIds: readonly string[],
): Promise<Map<Locale, string[]>> {
  const chosen = await languages(read, accountId, userIds);
  const groups = new Map<Locale, string[]>();
  for (const userId of userIds) {
    const language = chosen.get(userId.toLowerCase()) ?? 'zh-CN';
    groups.set(language, [...(groups.get(language) ?? []), userId]);
  }
  return groups;
}

export async function chooseLanguage(tx: Tx, rep: Rep, language: Locale): Promise<void> {
  await execute(tx, `UPDATE staff SET language = ? WHERE accountId = ? AND userId = ?`, [
    ...[language, rep.accountId, rep.userId],
  ]);
}

async function languages(
  read: Reader,
  accountId: string,
  userIds: readonly string[],
): Promise<Map<string, Locale>> {
  if (userIds.length === 0) return new Map();
  const rows = await read.all<{ userId: string; language: Locale }>(
    `SELECT userId, language FROM staff
     WHERE accountId = ? AND language IS NOT NULL AND userId IN (${marksFor(userIds)})`,
    [accountId, ...userIds],
  );
  return new Map(rows.map(({ userId, language }) => [userId.toLowerCase(), language]));
}
