import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountBook } from '../accounts';
import { WeChatError, type OfficialAccountClient } from '../channels/official-account';
import { AppError, NotFound } from '../kernel/errors';
import type { WeComClient } from '../channels/wecom';
import type { Kit } from '../kernel/kit';
import { makePrivateFolder } from '../kernel/private-files';
import { bytesIn, makeRoom } from './make-room';

type Part = Pick<Kit, 'settings' | 'http' | 'newId'>;
export type MediaParts = {
  book: AccountBook;
  client: OfficialAccountClient;
  wecom: Pick<WeComClient, 'fetchMedia'>;
};
export type StoredMedia = { contentType: string; content: Buffer };

const largestBytes = 12_000_000;

/** What a message's kind may hold. Nothing that a browser would run: a follower chose these bytes. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  image: ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/bmp'],
  voice: ['audio/amr', 'audio/mp3', 'audio/mpeg', 'audio/speex', 'audio/x-speex', 'audio/silk'],
  video: ['video/mp4'],
};

/** By their first bytes: what WeChat calls a file is not always what it is. */
const signatures: readonly (readonly [type: string, at: number, bytes: string])[] = [
  ['image/jpeg', 0, '\xff\xd8\xff'],
  ['image/png', 0, '\x89PNG\r\n\x1a\n'],
  ['image/gif', 0, 'GIF8'],
  ['image/webp', 8, 'WEBP'],
  ['image/bmp', 0, 'BM'],
  ['audio/amr', 0, '#!AMR'],
  ['audio/mpeg', 0, 'ID3'],
  ['video/mp4', 4, 'ftyp'],
];

/** What these bytes are, if a message of this kind may hold it. */
export function mediaTypeOf(kind: string, said: string, content: Buffer): string | undefined {
  const head = content.subarray(0, 16).toString('latin1');
  const seen = signatures.find(([, at, bytes]) => head.startsWith(bytes, at))?.[0];
  const named = said.split(';')[0]?.trim().toLowerCase() ?? '';
  // Speex and MP3 frames have no first bytes of their own; a picture always has.
  const type = seen ?? (kind === 'voice' ? named : undefined);
  return type !== undefined && allowed[kind]?.includes(type) ? type : undefined;
}

export const mediaFolder = (dataDir: string): string => join(dataDir, 'media');
export const givenName = (accountId: string, mediaId: string): string =>
  createHash('sha256').update(`${accountId} ${mediaId}`).digest('hex');

/** Media of messages: fetched from WeChat once, within its three days, and kept in the data directory. */
export class MediaStore {
  private readonly folder: string;
  /** What lies in it, once something was put there by this process. */
  private bytes: number | undefined;
  private readonly fetching = new Map<string, Promise<StoredMedia>>();

  constructor(
    private readonly kit: Part,
    private readonly parts: MediaParts,
  ) {
    this.folder = mediaFolder(kit.settings.dataDir);
  }

  find(entry: {
    id: string;
    accountId: string;
    kind: string;
    mediaId: string;
  }): Promise<StoredMedia> {
    const kept =
      this.read(entry.id, entry.kind) ??
      this.read(givenName(entry.accountId, entry.mediaId), entry.kind);
    if (kept) return Promise.resolve(kept);
    const underWay = this.fetching.get(entry.id);
    if (underWay) return underWay;
    const fetched = this.fetch(entry).finally(() => this.fetching.delete(entry.id));
    this.fetching.set(entry.id, fetched);
    return fetched;
  }

  /** What we gave to the platform ourselves, before a message names it. */
  keep(accountId: string, mediaId: string, given: StoredMedia): void {
    this.write(givenName(accountId, mediaId), given);
  }

  private async fetch(entry: {
    id: string;
    accountId: string;
    kind: string;
    mediaId: string;
  }): Promise<StoredMedia> {
    const { contentType: said, content } = await this.download(entry.accountId, entry.mediaId);
    const contentType = mediaTypeOf(entry.kind, said, content);
    if (!contentType) throw new NotFound('media_refused');
    this.write(entry.id, { contentType, content });
    return { contentType, content };
  }

  private write(name: string, { contentType, content }: StoredMedia): void {
    makePrivateFolder(this.folder);
    const path = this.pathOf(name);
    const draft = `${path}.${this.kit.newId()}`;
    const head = Buffer.from(`${contentType}\n`);
    writeFileSync(draft, Buffer.concat([head, content]), { mode: 0o600 });
    renameSync(draft, path);
    this.keepWithin(head.length + content.length);
  }

  /** The oldest make room: a platform has forgotten them, and nobody has asked for long. */
  private keepWithin(added: number): void {
    const most = this.kit.settings.mediaKeptMb * 1_048_576;
    this.bytes = this.bytes === undefined ? bytesIn(this.folder) : this.bytes + added;
    if (this.bytes > most) this.bytes = makeRoom(this.folder, most);
  }

  private async download(accountId: string, mediaId: string) {
    const { book, client, wecom } = this.parts;
    const account = book.find(accountId);
    if (!account?.enabled || !/^[\w-]{1,128}$/.test(mediaId)) throw new NotFound('media_gone');
    try {
      if (account.kind === 'wecom') {
        return await wecom.fetchMedia(book.weComOrThrow(accountId), mediaId);
      }
      const media = await client.fetchMedia(book.channelOrThrow(accountId), mediaId);
      if (media.kind === 'file') return media;
      const api = book.hostsOf(accountId).api;
      return await this.follow(media.url, new URL(api).origin);
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (error instanceof WeChatError) throw new NotFound('media_gone');
      throw new AppError(502, 'media_unreachable');
    }
  }

  /** Videos are answered with an address: of WeChat's, or of the host that stands in for it. */
  private async follow(url: string, ownOrigin: string) {
    const address = new URL(url);
    const isWeChat = /(^|\.)(qq\.com|weixin\.qq\.com|qpic\.cn)$/.test(address.hostname);
    if (!isWeChat && address.origin !== ownOrigin) throw new NotFound('media_refused');
    const answer = await this.kit.http.request({
      method: 'GET',
      url,
      timeoutMs: 30_000,
      maxBytes: largestBytes,
    });
    if (answer.status !== 200) throw new NotFound('media_gone');
    return { contentType: answer.headers['content-type'] ?? '', content: answer.body };
  }

  private pathOf = (name: string): string => join(this.folder, name);

  private read(name: string, kind: string): StoredMedia | undefined {
    const path = this.pathOf(name);
    if (!existsSync(path) || statSync(path).size > largestBytes + 100) return undefined;
    const whole = readFileSync(path);
    const end = whole.indexOf(10);
    const contentType = whole.subarray(0, Math.max(0, end)).toString('latin1');
    if (!allowed[kind]?.includes(contentType)) return undefined;
    return { contentType, content: whole.subarray(end + 1) };
  }
}
