import type { Schedule } from '../schedules/schedule';
import type { CampaignDetail, WeChatTemplate } from './campaigns';

/** What the editor holds until it is saved. */
export interface Draft {
  name: string;
  appId: string | null;
  templateId: string | null;
  data: Record<string, string>;
  url: string;
  segmentId: string | null;
  schedule: Schedule | null;
}

export const MAX_NAME = 64;
export const stepOrder = ['content', 'audience', 'when', 'plan'] as const;
export type Step = (typeof stepOrder)[number];
export const isStep = (text: string): text is Step => stepOrder.includes(text as Step);

export const newDraft = (): Draft => ({
  name: '',
  appId: null,
  templateId: null,
  data: {},
  url: '',
  segmentId: null,
  schedule: null,
});

export const draftOf = (found: CampaignDetail): Draft => ({
  name: found.name,
  appId: found.appId,
  templateId: found.message.templateId,
  data: { ...found.message.data },
  url: found.message.url ?? '',
  segmentId: found.segmentId,
  schedule: found.schedule
    ? { cron: found.schedule.cron, zone: found.schedule.zone, missed: found.schedule.missed }
    : null,
});

/** As the API wants it: only the fields that the template has, and only those that are written. */
export function bodyOf(
  draft: Draft,
  template: WeChatTemplate | null,
  saved: CampaignDetail | null,
): Record<string, unknown> {
  const keys = template?.fields.map((field) => field.key) ?? Object.keys(draft.data);
  const data = Object.fromEntries(
    keys.flatMap((key) => {
      const text = draft.data[key]?.trim() ?? '';
      return text === '' ? [] : [[key, text]];
    }),
  );
  return {
    name: draft.name.trim(),
    segmentId: draft.segmentId,
    appId: draft.appId,
    message: {
      type: 'template',
      templateId: draft.templateId,
      data,
      ...(draft.url.trim() === '' ? {} : { url: draft.url.trim() }),
      ...(saved?.message.miniProgram ? { miniProgram: saved.message.miniProgram } : {}),
    },
    schedule: draft.schedule,
  };
}
