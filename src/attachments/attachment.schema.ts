import { z } from 'zod';
import { weComLimits } from '../channels/wecom';

const bytes = (most: number) => (text: string) => Buffer.byteLength(text) <= most;
const tooLong = (maximum: number) => ({ params: { code: 'too_many_bytes', maximum } });
/** WeCom fills nothing in: braces would reach the customer as they stand. */
const plain = (text: string) => !/\{\{|\{%/.test(text);
const asIs = { params: { code: 'no_variables' } };
const said = (most: number) =>
  z.string().trim().min(1).refine(bytes(most), tooLong(most)).refine(plain, asIs);

const { linkTitleBytes, linkDescriptionBytes, linkUrlBytes, miniProgramTitleBytes } =
  weComLimits.message;
const address = z
  .url({ protocol: /^https?$/, hostname: /^\S+$/ })
  .refine(bytes(linkUrlBytes), tooLong(linkUrlBytes));
/** How a field names a piece of the library. */
export const mediaReference = z
  .string()
  .regex(/^lib-[0-9A-HJKMNP-TV-Z]{26}$/)
  .describe('`reference` of a piece of the media library');

export const linkShape = {
  title: said(linkTitleBytes),
  url: address,
  description: said(linkDescriptionBytes).optional(),
  pictureUrl: address.optional(),
};

/** What hangs on a message: files by their place in our library, never by an id of WeCom's. */
export const AttachmentBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('image'), media: mediaReference }),
  z.strictObject({ kind: z.literal('video'), media: mediaReference }),
  z.strictObject({ kind: z.literal('file'), media: mediaReference }),
  z.strictObject({ kind: z.literal('link'), ...linkShape }),
  z.strictObject({
    kind: z.literal('mini-program'),
    title: said(miniProgramTitleBytes),
    appId: z.string().regex(/^wx[0-9a-f]{16}$/),
    page: z.string().trim().min(1).max(255),
    cover: mediaReference,
  }),
]);
export type AttachmentSpec = z.output<typeof AttachmentBody>;

/** A moment takes pictures, or one video, or one link, whose picture is a file too. */
export const MomentAttachmentBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('image'), media: mediaReference }),
  z.strictObject({ kind: z.literal('video'), media: mediaReference }),
  z.strictObject({
    kind: z.literal('covered-link'),
    title: said(weComLimits.moment.linkTitleBytes),
    url: address,
    cover: mediaReference,
  }),
]);
export type AnyAttachment = AttachmentSpec | z.output<typeof MomentAttachmentBody>;

export const AttachmentBodies = z.array(AttachmentBody).max(weComLimits.welcome.attachments);

/** A file of the library on its way to WeCom, as an operator should see it. */
export const CopyView = z.object({
  reference: z.string(),
  state: z.enum(['live', 'waiting', 'trouble']),
  trouble: z.string().nullable(),
});

/** The library's files that these name. */
export const filesIn = (specs: readonly AnyAttachment[]): string[] => [
  ...new Set(
    specs.flatMap((spec) => {
      if (spec.kind === 'link') return [];
      return 'cover' in spec ? [spec.cover] : [spec.media];
    }),
  ),
];

/** A column of them, as the driver gives it; nothing was ever written there before there were any. */
export const specsIn = (column: string | null): AttachmentSpec[] =>
  column === null ? [] : (JSON.parse(column) as AttachmentSpec[]);
