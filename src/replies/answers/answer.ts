import { z } from 'zod';
import { choicesText } from './choices-text';
import { isTemplate, problemOfTemplate } from './template-text';

/** WeChat cuts a passive text reply at 2,048 bytes; a template may be longer than what it renders to. */
export const longestTextBytes = 2_048;
export const longestTemplateBytes = 8_000;

const plain = (longest: number) => z.string().trim().min(1).max(longest);
/** A piece of the media library (`lib-…`), or an id of WeChat's own as it stands. */
const mediaId = z.string().regex(/^[\w-]{1,128}$/);
const webAddress = z.url({ protocol: /^https?$/ }).max(1_024);
const libraryId = z.string().regex(/^lib-[0-9A-HJKMNP-TV-Z]{26}$/);
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

/** A tap says the label as if it had been written: whatever answers those words answers the tap. */
const choices = z
  .strictObject({
    type: z.literal('choices'),
    before: plain(200),
    choices: z
      .array(plain(20).regex(/^[^<>&"'#\r\n]+$/))
      .min(2)
      .max(8),
    after: plain(200).optional(),
  })
  .superRefine((menu, refused) => {
    if (Buffer.byteLength(choicesText(menu)) > longestTextBytes) {
      const code = 'text_too_long';
      refused.addIssue({ code: 'custom', params: { code, maximum: longestTextBytes } });
    }
    if (new Set(menu.choices).size < menu.choices.length) {
      refused.addIssue({
        code: 'custom',
        path: ['choices'],
        params: { code: 'choices_repeated' },
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
    pictureUrl: z.union([webAddress, libraryId]).optional(),
    url: webAddress,
  }),
  /** An article of the media library, as it is written there at the time. */
  z.strictObject({ type: z.literal('article-card'), card: libraryId }),
  z.strictObject({ type: z.literal('transfer-to-agent'), agent: plain(64).optional() }),
  choices,
] as const;

const simpleAnswer = z.discriminatedUnion('type', simpleAnswers);
const oneOf = z.strictObject({
  type: z.literal('one-of'),
  answers: z.array(simpleAnswer).min(2).max(10),
});

/** Only a customer-service message can carry it. */
const miniProgram = z.strictObject({
  type: z.literal('mini-program'),
  title,
  appId: z.string().regex(/^wx\w{6,30}$/),
  path: plain(1_024),
  thumbMediaId: mediaId,
});

const oneOfSeveral = z.discriminatedUnion('type', [...simpleAnswers, miniProgram]);
/** The first is the passive reply, the others follow as customer-service messages while the window has room. */
const several = z
  .strictObject({ type: z.literal('several'), messages: z.array(oneOfSeveral).min(2).max(5) })
  .superRefine(({ messages }, refused) => {
    messages.forEach(({ type }, place) => {
      const code =
        type === 'transfer-to-agent'
          ? 'transfer_answers_alone'
          : type === 'mini-program' && place === 0
            ? 'first_must_be_passive'
            : type === 'video' && place > 0
              ? 'video_only_first'
              : undefined;
      if (code === undefined) return;
      refused.addIssue({ code: 'custom', path: ['messages', place], params: { code } });
    });
  });

/** What a rule, a welcome or a default says. `one-of` picks one of several each time. */
export const answerSchema = z.discriminatedUnion('type', [...simpleAnswers, oneOf, several]);

export type Answer = z.output<typeof answerSchema>;
export type SimpleAnswer = z.output<typeof simpleAnswer>;
export type LaterAnswer = z.output<typeof oneOfSeveral>;

/** The answers inside an answer, with the way to each. */
export function partsOf(answer: Answer): { one: LaterAnswer; path: string }[] {
  if (answer.type === 'one-of') {
    return answer.answers.map((one, place) => ({ one, path: `.answers.${place}` }));
  }
  if (answer.type === 'several') {
    return answer.messages.map((one, place) => ({ one, path: `.messages.${place}` }));
  }
  return [{ one: answer, path: '' }];
}
