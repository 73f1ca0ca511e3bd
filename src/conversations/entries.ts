import { insertRows, type Raw, type Tx } from '../kernel/database';

type Entry = {
  id: string;
  identityId: string;
  accountId: string;
  at: number;
  kind: string;
  params: Readonly<Record<string, unknown>>;
  refKind?: string;
  refId?: string;
};

export async function writeEntry(at: Tx | Raw, entry: Entry): Promise<void> {
  const row = {
    ...entry,
    params: JSON.stringify(entry.params),
    refKind: entry.refKind ?? null,
    refId: entry.refId ?? null,
  };
  await insertRows(at, 'timeline_entry', [row]);
}
