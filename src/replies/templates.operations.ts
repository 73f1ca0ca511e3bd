import { join } from 'node:path';
import { z } from 'zod';
import type { AccountBook } from '../accounts';
import { requireAllAccounts } from '../kernel/access';
import { NotFound } from '../kernel/errors';
import { operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { requirePublisher } from '../review';
import type { Replies } from './open-replies';
import { accountIdOf } from './rule-access';
import {
  brandsIn,
  countChanges,
  diffTemplates,
  importTemplates,
  readTemplates,
  shippedTemplates,
} from './templates';

const BrandView = z.object({
  brand: z.string(),
  name: z.string(),
  trade: z.string(),
  about: z.string(),
  rules: z.number(),
  faqs: z.number(),
});
const Counts = z.object({
  added: z.number(),
  changed: z.number(),
  same: z.number(),
  kept: z.number(),
  onlyHere: z.number(),
});
const ImportView = z.object({
  rules: Counts,
  faqs: Counts,
  settings: Counts,
  kept: z
    .array(z.object({ kind: z.string(), key: z.string(), name: z.string(), state: z.string() }))
    .describe('Changed or deleted in the console since the last import, and left so'),
});

async function readBrands(): Promise<z.output<typeof BrandView>[]> {
  const brands = await brandsIn(shippedTemplates());
  return Promise.all(
    brands.map(async (brand) => {
      const { brand: said, rules, faqs } = await readTemplates(join(shippedTemplates(), brand));
      return {
        brand,
        name: said?.name ?? brand,
        trade: said?.trade ?? brand,
        about: said?.about ?? '',
        rules: rules.length,
        faqs: faqs.length,
      };
    }),
  );
}

/** The starter brands: what there is to begin with, and taking one over. */
export function templateOperations(kit: Kit, accounts: AccountBook, replies: Replies): Operation[] {
  let brands: Promise<z.output<typeof BrandView>[]> | undefined;
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/templates',
        permission: 'replies.read',
        summary: 'Starter brands that come with the product',
        response: z.object({ items: z.array(BrandView) }),
      },
      async () => {
        // Files of the product: read once, and again only after it failed.
        brands ??= readBrands();
        brands.catch(() => (brands = undefined));
        return { items: await brands };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/templates/import',
        permission: 'replies.edit',
        summary:
          'Take over the rules and questions of a starter brand; with `dryRun` only count them',
        body: z.strictObject({
          brand: z.string().max(64),
          appId: z
            .string()
            .max(64)
            .nullable()
            .default(null)
            .describe(
              'The account that takes rules, welcome and default; null: rules of every account',
            ),
          publish: z
            .boolean()
            .default(false)
            .describe('True answers at once; otherwise drafts, and no welcome and default'),
          dryRun: z.boolean().default(false),
        }),
        response: ImportView,
      },
      async ({ actor, body: { brand, appId, publish, dryRun } }) => {
        // Questions are answered on every account.
        requireAllAccounts(actor);
        if (publish) requirePublisher(kit, actor, actor.id);
        if (!(await brandsIn(shippedTemplates())).includes(brand)) throw new NotFound();
        const accountId = appId === null ? null : accountIdOf(accounts, actor, appId);
        const templates = await readTemplates(join(shippedTemplates(), brand));
        const asDrafts = !publish;
        // Who begins again wants back what was deleted, and nothing undone that was written since.
        const overwrite = 'removed';
        if (dryRun) {
          return countChanges(await diffTemplates(kit, templates, accountId, asDrafts), overwrite);
        }
        const done = await importTemplates(kit, templates, {
          ...{ actor, accountId, asDrafts, overwrite },
        });
        await replies.faqsAreLive();
        return done;
      },
    ),
  ];
}
