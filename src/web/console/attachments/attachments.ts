import type { PhoneMessage } from '../../shared/parts/phone-message';
import { mediaIdIn, previewUrl } from '../media/media';

export const attachmentKinds = ['image', 'link', 'mini-program', 'video', 'file'] as const;
/** A link in a moment has a picture of its own. */
export type AttachmentKind = (typeof attachmentKinds)[number] | 'covered-link';

/** As the API says it: a field is there only where its kind has it. */
export interface Attachment {
  kind: AttachmentKind;
  media?: string;
  title?: string;
  url?: string;
  description?: string;
  pictureUrl?: string;
  appId?: string;
  page?: string;
  cover?: string;
}
/** While it is written: every field a text. */
export type AttachmentDraft = Required<Attachment>;
type Field = Exclude<keyof Attachment, 'kind'>;

export interface FileState {
  reference: string;
  state: 'live' | 'waiting' | 'trouble';
  trouble: string | null;
}

/** The fields of each kind, and which of them may stay empty. */
export const fieldsOf: Readonly<Record<AttachmentKind, readonly Field[]>> = {
  image: ['media'],
  video: ['media'],
  file: ['media'],
  link: ['title', 'url', 'description', 'pictureUrl'],
  'mini-program': ['title', 'appId', 'page', 'cover'],
  'covered-link': ['title', 'url', 'cover'],
};
const optional: readonly Field[] = ['description', 'pictureUrl'];

export const blankAttachment = (kind: AttachmentKind): AttachmentDraft => ({
  ...{ kind, media: '', title: '', url: '', description: '', pictureUrl: '' },
  ...{ appId: '', page: '', cover: '' },
});

export const draftsOf = (attachments: readonly Attachment[]): AttachmentDraft[] =>
  attachments.map((one) => ({ ...blankAttachment(one.kind), ...one }));

export const bodiesOf = (drafts: readonly AttachmentDraft[]): Attachment[] =>
  drafts.map((draft) => {
    const fields = fieldsOf[draft.kind]
      .map((field) => [field, draft[field].trim()] as const)
      .filter(([field, value]) => value !== '' || !optional.includes(field));
    return { kind: draft.kind, ...Object.fromEntries(fields) };
  });

export const areWhole = (drafts: readonly AttachmentDraft[]): boolean =>
  drafts.every((draft) =>
    fieldsOf[draft.kind].every((field) => optional.includes(field) || draft[field].trim() !== ''),
  );

export const pictureOf = (reference: string | undefined): string | undefined => {
  const id = mediaIdIn(reference ?? '');
  return id === undefined ? undefined : previewUrl(id);
};

const isTitled = ({ kind, title = '' }: Attachment): boolean =>
  ['image', 'video', 'file'].includes(kind) || title.trim() !== '';

/** How the customer sees them, each a message of its own; a card shows once it has a title. */
export const attachmentMessages = (attachments: readonly Attachment[]): PhoneMessage[] =>
  attachments.filter(isTitled).map((one): PhoneMessage => {
    const title = one.title ?? '';
    switch (one.kind) {
      case 'image': {
        const url = pictureOf(one.media);
        return { kind: 'image', ...(url !== undefined && { url }) };
      }
      case 'video':
      case 'file':
        return { kind: one.kind };
      case 'mini-program':
      case 'covered-link': {
        const pictureUrl = pictureOf(one.cover);
        const kind = one.kind === 'covered-link' ? 'news' : 'mini-program';
        return { kind, title, ...(pictureUrl !== undefined && { pictureUrl }) };
      }
      case 'link': {
        const { description, pictureUrl } = one;
        return {
          ...{ kind: 'news', title },
          ...(description ? { description } : {}),
          ...(pictureUrl ? { pictureUrl } : {}),
        };
      }
    }
  });
