import { hasText, t } from '../../shared/i18n/i18n';
import type { WeComLine } from './view';

/** One line for a list of chats. */
export function lineText(line: WeComLine | undefined): string {
  if (!line) return '';
  const document = line.kind === 'file' ? line.file?.name : undefined;
  return line.text || line.card?.title || document || t(kindKey(line.kind));
}

/** The word for a kind; one that is newer than this page is some message. */
export function kindKey(kind: string): string {
  const known = `wecom.kind.${kind}`;
  return hasText(known) ? known : 'wecom.kind.other';
}
