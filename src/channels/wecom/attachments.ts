/** What may hang on a welcome, a mass message or a moment. Media ids come from an upload of the last three days. */
export type Attachment =
  | { readonly kind: 'image'; readonly mediaId: string }
  /** `pictureUrl` of an image must come from `uploadPicture`. */
  | { readonly kind: 'picture'; readonly pictureUrl: string }
  | {
      readonly kind: 'link';
      readonly title: string;
      readonly url: string;
      readonly description?: string;
      readonly pictureUrl?: string;
    }
  | {
      readonly kind: 'mini-program';
      readonly title: string;
      readonly appId: string;
      readonly page: string;
      readonly coverMediaId: string;
    }
  | { readonly kind: 'video'; readonly mediaId: string }
  | { readonly kind: 'file'; readonly mediaId: string };

export interface RepMessage {
  readonly text?: string;
  /** At most nine. */
  readonly attachments?: readonly Attachment[];
}

/** `{ text, attachments }` of the wire, without what is empty. */
export function messageBody({ text, attachments = [] }: RepMessage): object {
  return {
    ...(text !== undefined && text !== '' && { text: { content: text } }),
    ...(attachments.length > 0 && { attachments: attachments.map(attachmentBody) }),
  };
}

const wireNames = {
  image: 'image',
  picture: 'image',
  link: 'link',
  'mini-program': 'miniprogram',
  video: 'video',
  file: 'file',
} as const;

const attachmentBody = (attachment: Attachment): object => ({
  msgtype: wireNames[attachment.kind],
  ...partBody(attachment),
});

/** `{ image: {…} }`, under the wire's name of its kind. */
export function partBody(attachment: Attachment): object {
  switch (attachment.kind) {
    case 'image':
      return { image: { media_id: attachment.mediaId } };
    case 'picture':
      return { image: { pic_url: attachment.pictureUrl } };
    case 'video':
      return { video: { media_id: attachment.mediaId } };
    case 'file':
      return { file: { media_id: attachment.mediaId } };
    case 'link': {
      const { title, url, description, pictureUrl } = attachment;
      return {
        link: { title, url, ...(description && { desc: description }), picurl: pictureUrl ?? '' },
      };
    }
    case 'mini-program': {
      const { title, appId: appid, page, coverMediaId } = attachment;
      return { miniprogram: { title, appid, page, pic_media_id: coverMediaId } };
    }
  }
}
