import { z } from 'zod';
import type { Actor } from '../kernel/access';
import { AppError } from '../kernel/errors';
import { operation, type Operation } from '../kernel/http';
import { text } from '../kernel/text';
import type { PlanningKit, Thing } from './life';
import type { LifeParts } from './life.operations';
import { publishDraft } from './publish-draft';
import type { Deciding, Read, Reviewed } from './reviewed';
import { sendBack } from './steps';
import { contentIn, standingOf } from './version.queries';

/** As the same step alone: who may take it, and that what was read is what it is taken with. */
export function decidingOf<Row extends Thing, Content extends object>(
  kit: PlanningKit,
  { life, find, requireChange }: Pick<LifeParts<Row, Content>, 'life' | 'find' | 'requireChange'>,
  together: Deciding['together'] = (work) => work(),
): Deciding {
  const held = async (actor: Actor, id: string) => {
    const row = await find(actor, id);
    const { open } = await standingOf(kit.db, life.kind, row.id);
    requireChange(actor, row, open && contentIn<Content>(open));
    return { kit, life, actor, row };
  };
  return {
    publish: async (actor, { id, version }) => publishDraft(await held(actor, id), { version }),
    sendBack: async (actor, { id, version }, note) =>
      sendBack(await held(actor, id), note, version),
    together,
  };
}

/** So many in one call that its answer comes soon; whoever has more calls again and sees how far it is. */
const mostAtOnce = 50;

/** What a reviewer decides of many things; each on its own, so that one that fails keeps no other back. */
export function decideOperations(kinds: readonly Reviewed[]): Operation[] {
  return [
    operation(
      {
        method: 'POST',
        path: '/api/v1/reviews/decide',
        permission: 'replies.publish',
        summary: `Publish, or send back with a reason, up to ${mostAtOnce} rules or questions; those that could not be are told`,
        body: z.strictObject({
          kind: z.enum(['rule', 'faq']),
          items: z
            .array(z.strictObject({ id: z.string().max(64), version: z.int().min(0) }))
            .min(1)
            .max(mostAtOnce),
          step: z.discriminatedUnion('do', [
            z.strictObject({ do: z.literal('publish') }),
            z.strictObject({
              do: z.literal('send-back'),
              note: z.string().trim().min(1).max(500),
            }),
          ]),
        }),
        response: z.object({
          done: z.number(),
          failed: z.array(z.object({ id: z.string(), code: z.string(), reason: z.string() })),
        }),
      },
      async ({ actor, body: { kind, items, step }, locale }) => {
        const deciding = kinds.find((one) => one.kind === kind)?.deciding;
        const failed: { id: string; code: string; reason: string }[] = [];
        const decide = async (item: Read) => {
          try {
            if (step.do === 'publish') await deciding?.publish(actor, item);
            else await deciding?.sendBack(actor, item, step.note);
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            const { code, params } = error;
            failed.push({ id: item.id, code, reason: text(locale, `error.${code}`, params) });
          }
        };
        await deciding?.together(async () => {
          for (const item of items) await decide(item);
        });
        return { done: items.length - failed.length, failed };
      },
    ),
  ];
}
