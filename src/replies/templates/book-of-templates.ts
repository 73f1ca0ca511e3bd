import { seededRandom } from '../../kernel/random';
import { buildFaqIndex } from '../faq';
import { compileRules } from '../matching';
import type { BookRule, ReplyBook } from '../reply-book';
import type { Templates } from './read-templates';

/** The one account of a folder that is not yet anywhere. */
export const folderAccount = 'templates';

/** What would answer if this folder were imported and nothing else were there. */
export function bookOfTemplates(templates: Templates, zone: string): ReplyBook {
  const { brand } = templates;
  const rules: BookRule[] = templates.rules.map((rule, place) => ({
    ...rule,
    id: rule.key,
    accountId: null,
    publishedAt: place,
  }));
  const own = { welcome: templates.welcome ?? null, fallback: templates.default ?? null };
  const scenes = Object.entries(brand?.scenes ?? {});
  return {
    rules: compileRules(rules),
    defaults: new Map([[folderAccount, own]]),
    faqIndex: buildFaqIndex(templates.faqs),
    faqs: new Map(templates.faqs.map((faq) => [faq.id, faq])),
    accountNames: new Map([[folderAccount, brand?.name ?? '']]),
    sceneNames: new Map(scenes.map(([scene, name]) => [`${folderAccount}:${scene}`, name])),
    zone: brand?.zone ?? zone,
    random: seededRandom(1),
  };
}
