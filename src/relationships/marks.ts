import { insertRows, type Tx } from '../kernel/database';
import type { NewId } from '../kernel/ids';

/** With its prefix a name is the kind of a timeline entry, which has 32 characters. */
export const longestMark = 26;
const prefix = 'mark:';
export const markKind = (name: string): string => prefix + name;
export const isMark = (kind: string): boolean => kind.startsWith(prefix);

/** From now on segments can ask how often it happened to somebody; nobody forgets a name again. */
export const keepMark = (
  tx: Tx,
  { newId, now }: { newId: NewId; now: number },
  name: string,
): Promise<void> =>
  insertRows(tx, 'mark', [{ id: newId(), name, createdAt: now }], { onConflict: ['name'] });
