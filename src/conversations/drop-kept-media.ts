import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { mediaFolder, givenName } from './media-store';

/** The files of these messages, whether the platform gave them to us or we to it. */
export function dropKeptMedia(
  dataDir: string,
  entries: readonly { id: string; accountId: string; params: string }[],
): void {
  for (const { id, accountId, params } of entries) {
    const { mediaId } = JSON.parse(params) as { mediaId?: unknown };
    const names = [id, ...(typeof mediaId === 'string' ? [givenName(accountId, mediaId)] : [])];
    for (const name of names) rmSync(join(mediaFolder(dataDir), name), { force: true });
  }
}
