import { en } from './en';
import { zhCN } from './zh-CN';

export type Locale = 'zh-CN' | 'en';

const catalogue: Record<Locale, Readonly<Record<string, string>>> = { 'zh-CN': zhCN, en };

/** zh-CN unless English is asked for first. */
export function localeOf(acceptLanguage: string): Locale {
  return /^\s*en\b/i.test(acceptLanguage) ? 'en' : 'zh-CN';
}

/** Server text is stored as code and parameters and told in the reader's language. A missing code shows itself. */
export function text(
  locale: Locale,
  code: string,
  params: Readonly<Record<string, unknown>> = {},
): string {
  const pattern = catalogue[locale][code] ?? catalogue['zh-CN'][code];
  if (pattern === undefined) return code;
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : whole;
  });
}

export const catalogueKeys = (locale: Locale): string[] => Object.keys(catalogue[locale]);
