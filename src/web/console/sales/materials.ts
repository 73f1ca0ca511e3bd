import type { MediaKind } from '../media/media';

export const materialKinds = [
  'article',
  'link',
  'poster',
  'video',
  'file',
  'mini-program',
] as const;
export type MaterialKind = (typeof materialKinds)[number];

export interface MaterialFacts {
  kind: MaterialKind;
  title: string;
  description: string;
  coverUrl: string | null;
  media: string | null;
  url: string | null;
  body: string | null;
  miniAppId: string | null;
  miniPage: string | null;
}
export interface Material extends MaterialFacts {
  id: string;
  tracked: boolean;
  sends: number;
  opens: number;
  readers: number;
  readSeconds: number;
}
/** While it is written: every field a text. */
export type MaterialForm = { kind: MaterialKind } & Record<
  Exclude<keyof MaterialFacts, 'kind'>,
  string
>;

export const materialFormOf = (material: Material | null): MaterialForm => ({
  kind: material?.kind ?? 'article',
  ...{ title: material?.title ?? '', description: material?.description ?? '' },
  ...{ coverUrl: material?.coverUrl ?? '', media: material?.media ?? '' },
  ...{ url: material?.url ?? '', body: material?.body ?? '' },
  ...{ miniAppId: material?.miniAppId ?? '', miniPage: material?.miniPage ?? '' },
});

/** What goes into the chat as it is, by the kind of its piece of the library. */
const pieces: Partial<Record<MaterialKind, MediaKind>> = {
  ...{ poster: 'image', video: 'video', file: 'file' },
};
export const pieceOf = (kind: MaterialKind): MediaKind | undefined => pieces[kind];
export const hasAddress = ({ kind, media }: MaterialForm): boolean =>
  kind === 'link' || ((kind === 'file' || kind === 'poster') && media === '');
export const hasCoverAddress = ({ kind, media }: MaterialForm): boolean =>
  pieceOf(kind) === undefined && media === '';

/** An empty field says nothing; one that the kind does not have is not sent. */
export function bodyOfMaterial(form: MaterialForm): MaterialFacts {
  const orNull = (text: string, isMeant = true): string | null =>
    isMeant && text.trim() !== '' ? text.trim() : null;
  const isMini = form.kind === 'mini-program';
  return {
    ...{ kind: form.kind, title: form.title, description: form.description },
    ...{ coverUrl: orNull(form.coverUrl, hasCoverAddress(form)), media: orNull(form.media) },
    url: orNull(form.url, hasAddress(form)),
    body: orNull(form.body, form.kind === 'article'),
    ...{ miniAppId: orNull(form.miniAppId, isMini), miniPage: orNull(form.miniPage, isMini) },
  };
}
