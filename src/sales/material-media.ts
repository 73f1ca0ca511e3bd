import type { AttachmentSpec, AttachmentUse } from '../attachments';
import { select, type Tx } from '../kernel/database';
import type { MaterialKind, SalesMaterial } from './material.entity';

/** What of the library goes into a chat as it is; for every other kind `media` is the picture of a card. */
const sentAs = { poster: 'image', video: 'video', file: 'file' } as const;
type SentAsItIs = keyof typeof sentAs;
export type SentKind = (typeof sentAs)[SentAsItIs];

const isSentAsItIs = (kind: MaterialKind): kind is SentAsItIs => kind in sentAs;

type Facts = Pick<SalesMaterial, 'kind' | 'media'>;
type Sent = Extract<AttachmentSpec, { kind: SentKind }>;

/** The file that goes into the chat itself; undefined for what is sent as a card. */
export function fileOf({ kind, media }: Facts): Sent | undefined {
  if (media === null || !isSentAsItIs(kind)) return undefined;
  return { kind: sentAs[kind], media };
}

/** The piece of the library it names, and what kind of piece that must be. */
export const pieceOf = (material: Facts): AttachmentSpec[] => {
  const file = fileOf(material);
  if (file) return [file];
  return material.media === null ? [] : [{ kind: 'image', media: material.media }];
};

/** Only what opens at an address of ours tells us that it was opened. */
export const isTracked = ({ kind, media }: Facts): boolean =>
  kind !== 'mini-program' && fileOf({ kind, media }) === undefined;

/** What reps may send at any moment: the files themselves WeCom is to hold. */
export async function materialUses(tx: Tx): Promise<AttachmentUse[]> {
  const rows = await select<Facts & { id: string; title: string; accountId: string }>(
    tx,
    `SELECT id, title, accountId, kind, media FROM sales_material
     WHERE archivedAt IS NULL AND media IS NOT NULL`,
  );
  return rows.map((row) => ({
    ...{ accountId: row.accountId, specs: pieceOf(row), isKept: fileOf(row) !== undefined },
    what: { kind: 'material', id: row.id, name: row.title },
  }));
}
