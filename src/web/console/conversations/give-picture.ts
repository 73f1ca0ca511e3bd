import { api } from '../../shared/api/client';
import type { Attached } from './attached';
import { conversationAddress } from './conversations';

const UPLOAD_MS = 3 * 60_000;

/** Gives WeChat a picture; the answer is what a message calls it. */
export async function givePicture(conversationId: string, { from }: Attached): Promise<string> {
  const address = `${conversationAddress(conversationId)}/pictures`;
  const given =
    'file' in from
      ? await api.upload<{ mediaId: string }>(address, from.file, 'application/octet-stream', {
          timeoutMs: UPLOAD_MS,
        })
      : await api.post<{ mediaId: string }>(`${address}/library`, { reference: from.reference });
  return given.mediaId;
}
