import { z } from 'zod';
import type { Reader } from '../../kernel/database';

export const NoticeSettings = z.strictObject({
  tellsRep: z.boolean(),
  tellsManager: z.boolean(),
  /** Told where the directory names nobody above a rep. */
  managers: z.array(z.string().min(1).max(64)).max(20),
  /** A rep who deletes so many customers within an hour is told about. */
  deletionsAnHour: z.number().int().min(2).max(1_000),
});
export type NoticeSettings = z.infer<typeof NoticeSettings>;

const usual: NoticeSettings = {
  tellsRep: true,
  tellsManager: true,
  managers: [],
  deletionsAnHour: 10,
};

type Stored = Record<'tellsRep' | 'tellsManager' | 'deletionsAnHour', number> & {
  managers: string;
};

export async function noticeSettingsOf(read: Reader, accountId: string): Promise<NoticeSettings> {
  const [row] = await read.all<Stored>(
    `SELECT tellsRep, tellsManager, managers, deletionsAnHour FROM notice_setting WHERE accountId = ?`,
    [accountId],
  );
  if (!row) return usual;
  return {
    ...{ tellsRep: row.tellsRep === 1, tellsManager: row.tellsManager === 1 },
    managers: JSON.parse(row.managers) as string[],
    deletionsAnHour: row.deletionsAnHour,
  };
}
