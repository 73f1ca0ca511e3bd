import {
  fieldKindOf,
  fieldRules,
  readTemplateFields,
  WeChatError,
  WeChatUnclear,
  type WeChatTemplate,
} from '../channels/official-account';
import { InvalidInput, type FieldError } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { text, type Locale } from '../kernel/text';
import {
  checkTexts,
  troublesOfPlainValues,
  type FieldTrouble,
  type TemplateRunMessage,
} from '../sending';
import type { CampaignParts } from './campaign-kit';
import type { CampaignBody } from './campaign.schema';
import { findTemplate } from './wechat-templates';

export type Checked = { message: TemplateRunMessage; warnings: string[] };

/**
 * Refuses what WeChat would refuse, with the path of each field, before anything is saved. When WeChat
 * cannot be asked about the template the message is kept with a warning.
 */
export async function checkMessage(
  kit: Pick<Kit, 'cache' | 'settings'>,
  parts: CampaignParts,
  accountId: string,
  given: CampaignBody['message'],
  locale: Locale,
): Promise<Checked> {
  const { url, miniProgram, ...rest } = given;
  const message: TemplateRunMessage = {
    ...rest,
    ...(url === undefined ? {} : { url }),
    ...(miniProgram === undefined ? {} : { miniProgram }),
  };
  checkTexts(message, kit.settings.orgZone);
  const errors = troublesOfPlainValues(message).map((trouble) => errorOf(trouble, locale));
  const known = await askForTemplate({ ...parts, cache: kit.cache }, accountId, message.templateId);
  if (known !== 'unreachable') {
    if (!known) throw new InvalidInput('template_unknown', { path: 'message.templateId' });
    errors.push(...mismatches(known, message).map((trouble) => errorOf(trouble, locale)));
  }
  if (errors.length > 0) throw new InvalidInput('message_fields_invalid', { errors });
  return known === 'unreachable'
    ? { message, warnings: ['template_unchecked'] }
    : { message: { ...message, title: known.title }, warnings: [] };
}

async function askForTemplate(
  parts: Parameters<typeof findTemplate>[0],
  accountId: string,
  templateId: string,
): Promise<WeChatTemplate | undefined | 'unreachable'> {
  try {
    return await findTemplate(parts, accountId, templateId);
  } catch (error) {
    if (error instanceof WeChatUnclear || error instanceof WeChatError) return 'unreachable';
    throw error;
  }
}

/** Fields the template prints and nobody filled in, and the other way round. */
function mismatches(template: WeChatTemplate, message: TemplateRunMessage): FieldTrouble[] {
  const wanted = readTemplateFields(template.content).map((field) => field.key);
  const missing = wanted.filter(
    (key) => message.data[key] === undefined && !fieldRules[fieldKindOf(key)].mayBeEmpty,
  );
  const foreign = Object.keys(message.data).filter(
    (key) => !wanted.includes(key) && fieldKindOf(key) !== 'ignored',
  );
  return [
    ...missing.map((key) => ({ key, code: 'missing', params: {} })),
    ...foreign.map((key) => ({ key, code: 'not-in-template', params: {} })),
  ];
}

export function errorOf({ key, code, params }: FieldTrouble, locale: Locale): FieldError {
  const message = text(locale, `field-problem.${code}`, { ...params, key });
  return { path: `message.data.${key}`, code, message };
}
