import { bytesText } from '../../shared/i18n/format';
import { t } from '../../shared/i18n/i18n';
import type { Media } from './media';

/** One line of plain facts: 「640 × 480 · 82 KB」, 「12 秒 · 24 KB」. */
export function sizeText({ kind, width, height, seconds, bytes }: Media): string {
  if (kind === 'article') return t('media.kind-article');
  const first =
    width !== null && height !== null
      ? [`${width} × ${height}`]
      : seconds === null
        ? kind === 'file'
          ? ['PDF']
          : []
        : [t('media.seconds', { n: seconds })];
  return [...first, bytesText(bytes)].join(' · ');
}
