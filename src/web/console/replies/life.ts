import { dayTimeText } from '../../shared/i18n/format';
import { t } from '../../shared/i18n/i18n';

export type DraftState = 'draft' | 'in-review' | 'scheduled' | 'sent-back';

/** Where one version stands: live, being written, or of before. */
export interface VersionStand {
  version: number;
  state: DraftState | 'live' | 'retired';
  savedBy: { id: string; name: string } | null;
  savedAt: string;
  note: string | null;
  reviewedBy: { id: string; name: string } | null;
  reviewedAt: string | null;
  publishAt: string | null;
  publishedAt: string | null;
}

/** Anything followers are answered with: what answers, and beside it what is being written. */
export interface Living {
  id: string;
  status: 'published' | 'draft';
  /** Grows with every save; sent back with a change. */
  version: number;
  liveVersion: number | null;
  draft: VersionStand | null;
}

export interface FieldChange {
  field: string;
  kind: 'value' | 'list' | 'lines';
  /** As in the content; null where there was none. */
  before: unknown;
  after: unknown;
  added: unknown[];
  removed: unknown[];
  lines: { kind: 'same' | 'added' | 'removed'; text: string }[];
}

/** Sending in, setting a time or stopping changes this, and no number. */
export const standingOf = ({ version, liveVersion, status, draft }: Living): string =>
  [version, liveVersion, status, draft?.state, draft?.publishAt].join(' ');

/** Where the draft stands; none when what answers is all there is. */
export const draftState = (thing: Pick<Living, 'status' | 'draft'>): DraftState | null =>
  (thing.draft?.state as DraftState | undefined) ?? (thing.status === 'draft' ? 'draft' : null);

/** What a list says of a draft that is on its way; nothing of one that is only being written. */
export function waitsText({ draft }: Pick<Living, 'draft'>): string {
  if (!draft || draft.state === 'draft') return '';
  if (draft.state === 'scheduled' && draft.publishAt !== null) {
    return t('life.chip-scheduled', { time: dayTimeText(draft.publishAt) });
  }
  return t(`life.waits-${draft.state}`, { name: draft.savedBy?.name ?? '' });
}
