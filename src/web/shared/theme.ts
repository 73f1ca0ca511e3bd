import { shallowRef } from 'vue';

export type Theme = 'light' | 'dark' | 'system';

const REMEMBERED = 'guanxi.theme';
const systemDark = window.matchMedia('(prefers-color-scheme: dark)');

const remembered = localStorage.getItem(REMEMBERED);
export const theme = shallowRef<Theme>(
  remembered === 'dark' || remembered === 'system' ? remembered : 'light',
);
/** Counts up when the colours changed: charts read them again. */
export const themeVersion = shallowRef(0);

/** Dark is the same names with other values: one attribute swaps them all. */
function paint(): void {
  const dark = theme.value === 'dark' || (theme.value === 'system' && systemDark.matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  themeVersion.value += 1;
}

export function applyTheme(next: Theme = theme.value): void {
  theme.value = next;
  localStorage.setItem(REMEMBERED, next);
  paint();
}

/** For a page without a choice of its own: as the device is, unless another page was told. */
export function followDevice(): void {
  if (remembered === null) theme.value = 'system';
  paint();
}

systemDark.addEventListener('change', paint);

/** The present value of a token, for what cannot use CSS variables (charts). */
export function tokenValue(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
