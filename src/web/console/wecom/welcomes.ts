import {
  areWhole,
  bodiesOf,
  draftsOf,
  type Attachment,
  type AttachmentDraft,
  type FileState,
} from '../attachments/attachments';
import { isGreeting } from './welcome-words';

interface Said {
  text: string;
  attachments: Attachment[];
}
export interface SpecialWelcome extends Said {
  userIds: string[];
  from: string | null;
  to: string | null;
}
export interface Welcomes {
  standard: string | null;
  bySource: (Said & { source: string })[];
  standardAttachments: Attachment[];
  special: SpecialWelcome[];
  files: FileState[];
  version: number;
}

export interface SpecialDraft {
  userIds: string[];
  hasHours: boolean;
  from: string;
  to: string;
  text: string;
  attachments: AttachmentDraft[];
}

export const blankSpecial = (): SpecialDraft => ({
  ...{ userIds: [], hasHours: true, from: '22:00', to: '09:00', text: '', attachments: [] },
});

export const specialsFrom = (special: readonly SpecialWelcome[]): SpecialDraft[] =>
  special.map(({ userIds, from, to, text, attachments }) => ({
    ...{ userIds: [...userIds], hasHours: from !== null, text },
    ...{ from: from ?? '22:00', to: to ?? '09:00', attachments: draftsOf(attachments) },
  }));

export const specialsOf = (drafts: readonly SpecialDraft[]): SpecialWelcome[] =>
  drafts.map(({ userIds, hasHours, from, to, text, attachments }) => ({
    ...{ userIds, from: hasHours ? from : null, to: hasHours ? to : null },
    ...{ text: text.trim(), attachments: bodiesOf(attachments) },
  }));

export const isWholeSpecial = (draft: SpecialDraft): boolean =>
  draft.text.trim() !== '' &&
  isGreeting(draft.text) &&
  areWhole(draft.attachments) &&
  (draft.hasHours ? draft.from !== draft.to : draft.userIds.length > 0);

/** What is written by hand. */
export interface WelcomesForm {
  standard: string;
  standardAttachments: AttachmentDraft[];
  rows: { source: string; text: string; attachments: AttachmentDraft[] }[];
  specials: SpecialDraft[];
}

export const welcomesFormOf = (welcomes: Welcomes | null): WelcomesForm => ({
  standard: welcomes?.standard ?? '',
  standardAttachments: draftsOf(welcomes?.standardAttachments ?? []),
  rows: (welcomes?.bySource ?? []).map((row) => ({
    ...{ source: row.source, text: row.text, attachments: draftsOf(row.attachments) },
  })),
  specials: specialsFrom(welcomes?.special ?? []),
});

/** A row with neither a name nor words was never meant. */
export const isMeant = ({ source, text }: { source: string; text: string }): boolean =>
  source.trim() !== '' || text.trim() !== '';

export function bodyOfWelcomes(form: WelcomesForm): Omit<Welcomes, 'files' | 'version'> {
  const standard = form.standard.trim();
  return {
    standard: standard === '' ? null : standard,
    bySource: form.rows
      .map(({ source, text, attachments }) => ({
        ...{ source: source.trim(), text: text.trim(), attachments: bodiesOf(attachments) },
      }))
      .filter(isMeant),
    standardAttachments: standard === '' ? [] : bodiesOf(form.standardAttachments),
    special: specialsOf(form.specials),
  };
}
