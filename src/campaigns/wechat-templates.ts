import type { AccountBook } from '../accounts';
import {
  fieldRules,
  readTemplateFields,
  type OfficialAccountClient,
  type WeChatTemplate,
} from '../channels/official-account';
import type { Cache } from '../kernel/cache/cache';
import { text, type Locale } from '../kernel/text';

type Parts = {
  cache: Cache;
  book: AccountBook;
  client: Pick<OfficialAccountClient, 'listTemplates'>;
};

const freshMs = 10 * 60_000;

/** The account's templates as WeChat lists them; up to ten minutes old unless `fresh`. Throws what the channel throws. */
export async function templatesOf(
  parts: Parts,
  accountId: string,
  fresh = false,
): Promise<readonly WeChatTemplate[]> {
  const key = `wechat-templates:${accountId}`;
  const kept = fresh ? undefined : await parts.cache.get(key);
  if (kept !== undefined) return JSON.parse(kept) as WeChatTemplate[];
  const listed = await parts.client.listTemplates(parts.book.channelOrThrow(accountId));
  await parts.cache.set(key, JSON.stringify(listed), freshMs);
  return listed;
}

/** Undefined when WeChat knows no such template: one added a moment ago is asked for once more. */
export async function findTemplate(
  parts: Parts,
  accountId: string,
  templateId: string,
): Promise<WeChatTemplate | undefined> {
  const isIt = (template: WeChatTemplate) => template.templateId === templateId;
  const known = (await templatesOf(parts, accountId)).find(isIt);
  return known ?? (await templatesOf(parts, accountId, true)).find(isIt);
}

export function presentTemplate(template: WeChatTemplate, locale: Locale) {
  return {
    templateId: template.templateId,
    title: template.title,
    content: template.content,
    example: template.example,
    fields: readTemplateFields(template.content).map(({ key, kind, label }) => ({
      key,
      name: label === '' ? key : label,
      kind,
      rule: text(locale, `template-field.${kind}`),
      most: fieldRules[kind].most ?? null,
    })),
  };
}
