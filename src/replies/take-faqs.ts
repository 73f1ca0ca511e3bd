import type { Actor } from '../kernel/access';
import type { Tx } from '../kernel/database';
import {
  batchNote,
  keepLive,
  needsReview,
  newestContent,
  NOTHING_KEPT,
  saveChange,
  saveNew,
  standingsIn,
  type LifeKit,
} from '../review';
import { faqContent, faqLife, faqsIn, firstOfFaq } from './life/faq-life';
import type { Origin } from './faq-origins';
import { isSameFaq, saveFaqs, type FaqRecord, type Saved } from './save-faq';

export type Taken = Saved & { readonly isWaiting: boolean };

/** Questions of a file: they answer at once, or wait for a reviewer where somebody has to read them first. */
export async function takeFaqs(
  tx: Tx,
  kit: LifeKit,
  actor: Actor,
  faqs: readonly FaqRecord[],
  origin: Origin & { readonly batch?: string },
): Promise<Taken> {
  if (needsReview(kit, actor)) {
    return { ...(await proposeFaqs(tx, kit, actor, faqs, origin)), isWaiting: true };
  }
  return { ...(await saveFaqsLive(tx, kit, actor, faqs, origin)), isWaiting: false };
}

/** What is written becomes a version each, of those that answer. */
export async function saveFaqsLive(
  tx: Tx,
  kit: LifeKit,
  actor: Actor,
  faqs: readonly FaqRecord[],
  origin: Origin,
): Promise<Saved> {
  const saved = await saveFaqs(tx, faqs, kit.clock.business(), origin);
  const live = [...saved.added, ...saved.changed].filter(({ status }) => status === 'published');
  const made = live.map((faq) => {
    const before = saved.before.get(faq.id);
    return { id: faq.id, content: faqContent(faq), before: before && firstOfFaq(before) };
  });
  await keepLive(tx, kit, faqLife(kit), actor, made);
  return saved;
}

/** Drafts beside what answers. */
export async function saveFaqsBeside(
  tx: Tx,
  kit: LifeKit,
  actor: Actor,
  faqs: readonly FaqRecord[],
): Promise<void> {
  const life = faqLife(kit, 'template');
  const rows = await faqsIn(
    tx,
    faqs.map(({ id }) => id),
  );
  for (const faq of faqs) {
    const row = rows.get(faq.id);
    const saving = { content: faqContent(faq), wish: 'draft', seen: undefined } as const;
    if (row) await saveChange(tx, { kit, life, actor, row }, saving);
  }
}

/** Drafts that ask for a review; what is written already so is left alone. */
async function proposeFaqs(
  tx: Tx,
  kit: LifeKit,
  actor: Actor,
  faqs: readonly FaqRecord[],
  { source, batch }: Origin & { readonly batch?: string },
): Promise<Saved> {
  const ids = faqs.map(({ id }) => id);
  const life = faqLife(kit, source);
  const before = await faqsIn(tx, ids);
  const standings = await standingsIn(tx, 'faq', ids);
  const note = batch === undefined ? undefined : batchNote(batch);
  const [added, changed]: [FaqRecord[], FaqRecord[]] = [[], []];
  for (const faq of faqs) {
    const row = before.get(faq.id);
    const content = faqContent(faq);
    const wish = faq.status === 'published' ? 'review' : 'draft';
    const newest = row && newestContent(life, row, standings.get(faq.id) ?? NOTHING_KEPT);
    if (!row) {
      await saveNew(tx, { kit, life, actor }, { id: faq.id, content, wish, note });
      added.push(faq);
    } else if (!newest || !isSameFaq({ ...faq, ...newest }, faq)) {
      await saveChange(tx, { kit, life, actor, row }, { content, wish, note, seen: undefined });
      changed.push(faq);
    }
  }
  return { added, changed, before };
}
