import { shallowRef } from 'vue';

export type Locale = 'zh-CN' | 'en';
export type Catalogue = Readonly<Record<string, string>>;
export type Params = Readonly<Record<string, string | number | null | undefined>>;
/** One loader per language; a face calls `registerCatalogue` once for everything it shows. */
export type CatalogueLoaders = Record<Locale, () => Promise<Catalogue>>;

const REMEMBERED = 'guanxi.locale';
const registered: CatalogueLoaders[] = [];
const messages = shallowRef<Catalogue>({});

export const locale = shallowRef<Locale>(rememberedLocale());

/** Chinese first: the browser's language is not asked, only what the person chose here. */
function rememberedLocale(): Locale {
  return localStorage.getItem(REMEMBERED) === 'en' ? 'en' : 'zh-CN';
}

export function registerCatalogue(loaders: CatalogueLoaders): void {
  registered.push(loaders);
}

export async function useLocale(next: Locale): Promise<void> {
  const loaded = await Promise.all(registered.map((loaders) => loaders[next]()));
  messages.value = Object.assign({}, ...loaded) as Catalogue;
  locale.value = next;
  localStorage.setItem(REMEMBERED, next);
  document.documentElement.lang = next;
}

export function hasText(key: string): boolean {
  return key in messages.value;
}

/** The raw message, for parts that put elements into its places. */
export function rawText(key: string): string {
  return messages.value[key] ?? key;
}

/** `{name}` is a place; `{count:person:people}` chooses a word by the number (English only needs it). */
export function fillPlaces(message: string, params: Params = {}): string {
  return message.replace(
    /\{(\w+)(?::([^:}]*):([^}]*))?\}/g,
    (_whole, name: string, one?: string, other?: string) => {
      const value = params[name];
      if (one !== undefined && other !== undefined) return Number(value) === 1 ? one : other;
      return value === null || value === undefined ? '' : String(value);
    },
  );
}

export function t(key: string, params: Params = {}): string {
  return fillPlaces(rawText(key), params);
}

/** Text for a code that may be newer than this page: falls back to the given words. */
export function textOr(key: string, fallback: string, params: Params = {}): string {
  return hasText(key) ? t(key, params) : fallback;
}
