import { z } from 'zod';
import type { AccountBook } from '../../accounts';
import { AttachmentBodies, CopyView, type Attachments } from '../../attachments';
import { recordVersions, refuseIfChanged, requireAccount, type Actor } from '../../kernel/access';
import { operation, seenVersion, type Operation } from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import { greetingUses } from './greeting-uses';
import { attachmentsOf, keepWelcomes, readWelcomes, welcomesKind } from './keep-welcomes';
import { strangeVariable } from './welcome-words';

const path = '/api/v1/accounts/{id}/welcomes';
const params = z.object({ id: z.string().max(26) });
const mostBytes = 4_000;
/** WeCom counts bytes of a greeting, not letters. */
export const welcomeWords = z
  .string()
  .trim()
  .min(1)
  .superRefine((text, context) => {
    const say = (code: string, limits: Record<string, string | number>) =>
      context.addIssue({ code: 'custom', params: { code, ...limits } });
    if (Buffer.byteLength(text) > mostBytes) say('too_many_bytes', { maximum: mostBytes });
    const strange = strangeVariable(text);
    if (strange !== undefined) say('variable_unknown', { variable: strange.slice(0, 40) });
  });
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const Special = z
  .object({
    /** Empty: every rep. */
    userIds: z.array(z.string().min(1).max(64)).max(100),
    /** Both or neither; an end before the beginning is on the next day. */
    from: clock.nullable(),
    to: clock.nullable(),
    text: welcomeWords,
    attachments: AttachmentBodies.default([]),
  })
  .superRefine(({ userIds, from, to }, context) => {
    const say = (path: string, code: string) =>
      context.addIssue({ code: 'custom', path: [path], params: { code } });
    if ((from === null) !== (to === null) || (from !== null && from === to))
      say('to', 'shift_empty');
    if (userIds.length === 0 && from === null) say('userIds', 'special_for_all');
  });
const Welcomes = z.object({
  /** For whoever comes by no source named below; null says nothing. */
  standard: welcomeWords.nullable(),
  standardAttachments: AttachmentBodies.default([]),
  bySource: z
    .array(
      z.object({
        source: z.string().min(1).max(30),
        text: welcomeWords,
        attachments: AttachmentBodies.default([]),
      }),
    )
    .max(500),
  /** Where no source has words of its own: the first whose rep and hours fit. */
  special: z.array(Special).max(50).default([]),
});
const WelcomesForm = Welcomes.extend({ version: seenVersion });
const WelcomesView = Welcomes.extend({
  version: z.number().describe('Grows with every save; send it back with a change'),
  /** Files that hang on greetings, and whether WeCom holds them. */
  files: z.array(CopyView),
});

async function checkAll(
  attachments: Attachments,
  actor: Actor,
  { standardAttachments, bySource, special }: z.output<typeof Welcomes>,
): Promise<void> {
  await attachments.check(actor, standardAttachments, 'standardAttachments');
  for (const [at, said] of bySource.entries())
    await attachments.check(actor, said.attachments, `bySource.${String(at)}.attachments`);
  for (const [at, said] of special.entries())
    await attachments.check(actor, said.attachments, `special.${String(at)}.attachments`);
}

export function welcomeOperations(
  kit: Kit,
  book: AccountBook,
  attachments: Attachments,
): Operation[] {
  attachments.usedBy(greetingUses);
  const read = async (accountId: string): Promise<z.infer<typeof WelcomesView>> => {
    const welcomes = await readWelcomes(kit.db.read, accountId);
    const files = await attachments.states(accountId, attachmentsOf(welcomes));
    const versions = await recordVersions(kit.db.read, welcomesKind, [accountId]);
    return { ...welcomes, files, version: versions.get(accountId) ?? 0 };
  };
  return [
    operation(
      {
        method: 'GET',
        path,
        permission: 'replies.read',
        summary: 'What a corp says to new friends',
        params,
        response: WelcomesView,
      },
      ({ actor, params: { id } }) => {
        requireAccount(actor, id);
        book.weComOrThrow(id);
        return read(id);
      },
    ),
    operation(
      {
        method: 'PUT',
        path,
        permission: 'replies.edit',
        summary: 'Say something else to new friends, by source or to all others',
        params,
        body: WelcomesForm,
        response: WelcomesView,
      },
      async ({ actor, params: { id: accountId }, body: { version: seen, ...body } }) => {
        requireAccount(actor, accountId);
        book.weComOrThrow(accountId);
        await checkAll(attachments, actor, body);
        await kit.db.transact(async (tx) => {
          const place = { table: 'account', targetKind: welcomesKind, id: accountId };
          await refuseIfChanged(tx, place, seen);
          await keepWelcomes(kit, tx, actor, accountId, body, attachments);
        });
        kit.work.ring();
        return read(accountId);
      },
    ),
  ];
}
