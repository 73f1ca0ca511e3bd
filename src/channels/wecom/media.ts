import type { HttpAnswer } from '../../kernel/http-client';
import { valueOrThrow } from '../wire/call';
import { textFrom } from '../wire/json';
import { multipart, type MediaFile } from '../wire/multipart';
import type { CallingAgent } from './account';
import type { Calls } from './calls';
import { WeChatUnclear } from './errors';

export type { MediaFile } from '../wire/multipart';
export type MediaType = 'image' | 'voice' | 'video' | 'file';

async function upload(
  calls: Calls,
  agent: CallingAgent,
  path: string,
  query: Readonly<Record<string, string>>,
  file: MediaFile,
) {
  return valueOrThrow(
    await calls.json(agent, {
      method: 'POST',
      path,
      query,
      bytes: multipart(file),
      timeoutMs: 60_000,
    }),
  );
}

/** For welcomes, mass and app messages: good for three days, for all apps of the corp. */
export async function uploadMedia(
  calls: Calls,
  agent: CallingAgent,
  type: MediaType,
  file: MediaFile,
): Promise<string> {
  const answer = await upload(calls, agent, '/cgi-bin/media/upload', { type }, file);
  return textFrom(answer['media_id']);
}

/** A picture's address for ever, good inside WeCom's messages only. */
export async function uploadPicture(
  calls: Calls,
  agent: CallingAgent,
  file: MediaFile,
): Promise<string> {
  return textFrom((await upload(calls, agent, '/cgi-bin/media/uploadimg', {}, file))['url']);
}

/** For moments, which take no other upload. */
export async function uploadAttachment(
  calls: Calls,
  agent: CallingAgent,
  type: Exclude<MediaType, 'voice'>,
  file: MediaFile,
): Promise<string> {
  const query = { media_type: type, attachment_type: '1' };
  const answer = await upload(calls, agent, '/cgi-bin/media/upload_attachment', query, file);
  return textFrom(answer['media_id']);
}

export interface FetchedMedia {
  readonly contentType: string;
  readonly content: Buffer;
}

export async function fetchMedia(
  calls: Calls,
  agent: CallingAgent,
  mediaId: string,
): Promise<FetchedMedia> {
  const path = '/cgi-bin/media/get';
  const answer = valueOrThrow(
    await calls.download(agent, {
      method: 'GET',
      path,
      query: { media_id: mediaId },
      timeoutMs: 60_000,
      maxBytes: 21_000_000,
    }),
  );
  if (!isFile(answer)) throw new WeChatUnclear(path, 'unreadable');
  const contentType = answer.headers['content-type'] ?? 'application/octet-stream';
  return { contentType, content: answer.body };
}

const isFile = (answer: object): answer is HttpAnswer =>
  'body' in answer && Buffer.isBuffer(answer.body);
