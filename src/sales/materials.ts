import { insertRows, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { SalesMaterial } from './material.entity';
import type { SentKind } from './material-media';
import type { SendKind } from './send.entity';

/** What the page hands to `sendChatMessage`, in WeCom's own words. */
export type ChatMessage =
  | { msgtype: 'text'; text: { content: string } }
  | { msgtype: 'image'; image: { mediaid: string } }
  | { msgtype: 'video'; video: { mediaid: string } }
  | { msgtype: 'file'; file: { mediaid: string } }
  | { msgtype: 'news'; news: { link: string; title: string; desc: string; imgUrl: string } }
  | {
      msgtype: 'miniprogram';
      miniprogram: { appid: string; title: string; imgUrl: string; page: string };
    };

export type NewMaterial = Pick<
  SalesMaterial,
  | 'kind'
  | 'title'
  | 'description'
  | 'coverUrl'
  | 'media'
  | 'url'
  | 'body'
  | 'miniAppId'
  | 'miniPage'
>;

export async function addMaterial(
  kit: Pick<Kit, 'clock' | 'newId'>,
  tx: Tx,
  accountId: string,
  facts: NewMaterial,
): Promise<string> {
  const id = kit.newId();
  const at = kit.clock.business();
  await insertRows(tx, 'sales_material', [
    { id, accountId, ...facts, archivedAt: null, createdAt: at, updatedAt: at },
  ]);
  return id;
}

/** The file itself, under the id that WeCom gave its latest upload. */
export function messageOfFile(kind: SentKind, mediaid: string): ChatMessage {
  switch (kind) {
    case 'image':
      return { msgtype: kind, image: { mediaid } };
    case 'video':
      return { msgtype: kind, video: { mediaid } };
    case 'file':
      return { msgtype: kind, file: { mediaid } };
  }
}

/** A card; all but a mini program's are opened at an address of ours, so that we hear of it. */
export function messageOfMaterial(
  material: SalesMaterial,
  { origin, token, pictureUrl }: { origin: string; token: string; pictureUrl: string | undefined },
): ChatMessage {
  const { kind, title, description, coverUrl, miniAppId, miniPage } = material;
  const imgUrl = pictureUrl ?? coverUrl ?? (kind === 'poster' ? (material.url ?? '') : '');
  if (kind === 'mini-program') {
    const page = pageWithEnding(miniPage ?? '');
    return { msgtype: 'miniprogram', miniprogram: { appid: miniAppId ?? '', title, imgUrl, page } };
  }
  const link = `${origin}/m/${token}`;
  return { msgtype: 'news', news: { link, title, desc: description, imgUrl } };
}

/** WeCom wants `.html` after the path, before the query. */
function pageWithEnding(page: string): string {
  const [path = '', query] = page.split('?');
  const whole = path.endsWith('.html') ? path : `${path}.html`;
  return query === undefined ? whole : `${whole}?${query}`;
}

/** The timeline's word for a send. */
export const lineOfSend: Readonly<Record<SendKind, string>> = {
  script: 'rep-sent-script',
  text: 'rep-sent-text',
  material: 'rep-sent-material',
};
