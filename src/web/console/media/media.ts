import { api } from '../../shared/api/client';

export const mediaKinds = ['image', 'voice', 'video', 'file', 'thumb', 'article'] as const;
export type MediaKind = (typeof mediaKinds)[number];

export interface Card {
  title: string;
  description: string | null;
  url: string;
  pictureId: string | null;
}

export interface Media {
  id: string;
  /** What answers say. */
  reference: string;
  kind: MediaKind;
  name: string;
  mime: string | null;
  bytes: number;
  width: number | null;
  height: number | null;
  seconds: number | null;
  card: Card | null;
  appId: string | null;
  /** `needed`: it cannot do without, so the piece cannot be deleted. */
  uses: { kind: string; id: string; name: string; needed: boolean }[];
  copies: {
    accountId: string;
    accountName: string;
    state: 'live' | 'waiting' | 'expired' | 'trouble';
    expiresAt: string | null;
    trouble: string | null;
  }[];
  createdAt: string;
  createdBy: string;
}

export const previewUrl = (id: string): string => `/api/v1/media/${id}/preview`;

/** The piece of the library that an answer names; undefined for an id of WeChat's own. */
export const mediaIdIn = (reference: string): string | undefined =>
  /^lib-(\w{26})$/.exec(reference)?.[1];

/** What may be chosen; the bytes decide on the server. */
export const acceptedFiles: Readonly<Record<string, string>> = {
  image: 'image/png,image/jpeg,image/gif',
  voice: '.mp3,.amr,audio/mpeg,audio/amr',
  video: 'video/mp4',
  file: '.pdf,application/pdf',
  thumb: 'image/jpeg',
  any: 'image/png,image/jpeg,image/gif,.mp3,.amr,audio/mpeg,audio/amr,video/mp4,.pdf,application/pdf',
};

const mostMinutes = 3;

export const uploadMedia = (file: File, more: { appId?: string; kind?: 'thumb' } = {}) =>
  api.upload<Media>('/media', file, 'application/octet-stream', {
    query: { name: file.name, ...more },
    timeoutMs: mostMinutes * 60_000,
  });
