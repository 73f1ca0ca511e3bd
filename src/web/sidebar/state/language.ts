import { locale, useLocale } from '../../shared/i18n/i18n';
import { chooseLanguage } from '../client/sidebar-api';

/** Messages of the app follow the page; that this could not be kept changes nothing here. */
export async function speakOther(): Promise<void> {
  const next = locale.value === 'en' ? 'zh-CN' : 'en';
  await useLocale(next);
  await chooseLanguage(next).catch(() => undefined);
}
