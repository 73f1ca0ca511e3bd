import { z } from 'zod';
import { isTemplate, problemOfTemplate } from './template-text';

/** WeChat cuts a passive text reply at 2,048 bytes; a template may be longer than what it renders to. */
const longestTextBytes = 2_048;
const longestTemplateBytes = 8_000;

const plain = (longest: number) => z.string().trim().min(1).max(longest);
const mediaId = z.string().regex(/^[\w-]{1,128}$/);
const webAddress = z.url({ protocol: /^https?$/ }).max(1_024);
const title = plain(64);
const description = plain(500);

const text = plain(longestTemplateBytes).superRefine((value, refused) => {
  const most = isTemplate(value) ? longestTemplateBytes : longestTextBytes;
  if (Buffer.byteLength(value) > most) {
    refused.addIssue({
      code: 'custom',
      message: `text_too_long: ${most} bytes`,
      params: { code: 'text_too_long', maximum: most },
    });
  }
  const problem = problemOfTemplate(value);
  if (problem) {
    refused.addIssue({
      code: 'custom',
      message: `template_invalid: line ${problem.line}, ${problem.message}`,
      params: { code: 'template_invalid', line: problem.line },
    });
  }
});

const simpleAnswers = [
  z.strictObject({ type: z.literal('text'), text }),
  z.strictObject({ type: z.literal('image'), mediaId }),
  z.strictObject({ type: z.literal('voice'), mediaId }),
  z.strictObject({
    type: z.literal('video'),
    mediaId,
    title: title.optional(),
    description: description.optional(),
  }),
  z.strictObject({
    type: z.literal('music'),
    thumbMediaId: mediaId,
    title: title.optional(),
    description: description.optional(),
    url: webAddress.optional(),
    highQualityUrl: webAddress.optional(),
  }),
  z.strictObject({
    type: z.literal('article'),
    title,
    description: description.optional(),
    pictureUrl: webAddress.optional(),
    url: webAddress,
  }),
  z.strictObject({ type: z.literal('transfer-to-agent'), agent: plain(64).optional() }),
] as const;

const simpleAnswer = z.discriminatedUnion('type', simpleAnswers);
const oneOf = z.strictObject({
  type: z.literal('one-of'),
  answers: z.array(simpleAnswer).min(2).max(10),
});

/** What a rule, a welcome or a default says. `one-of` picks one of several each time. */
export const answerSchema = z.discriminatedUnion('type', [...simpleAnswers, oneOf]);

export type Answer = z.output<typeof answerSchema>;
export type SimpleAnswer = z.output<typeof simpleAnswer>;
