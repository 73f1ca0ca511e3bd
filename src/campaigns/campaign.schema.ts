import { z } from 'zod';

const fieldKey = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,31}$/);
/** As WeChat writes it, or the bare text. `color` is accepted and shown nowhere since 2023. */
const fieldValue = z
  .union([
    z.string().max(500),
    z.strictObject({ value: z.string().max(500), color: z.string().max(16).optional() }),
  ])
  .transform((given) => (typeof given === 'string' ? given : given.value));

export const MessageBody = z.strictObject({
  type: z.literal('template'),
  templateId: z.string().min(1).max(64),
  data: z
    .record(fieldKey, fieldValue)
    .refine((data) => Object.keys(data).length <= 20, {
      params: { code: 'too_many_fields', maximum: 20 },
    })
    .describe('Value of each field, as Liquid: {{ person.name | default: "…" }}, {{ today }}'),
  url: z
    .url({ protocol: /^https?$/ })
    .max(1_000)
    .optional(),
  miniProgram: z
    .strictObject({ appId: z.string().min(1).max(64), path: z.string().max(500) })
    .optional(),
});

export const ScheduleBody = z.strictObject({
  cron: z.string().min(1).max(64),
  zone: z.string().min(1).max(64),
  /** When the server was down at the time: leave it out, run once late, or ask. */
  missed: z.enum(['skip', 'once', 'ask']).default('once'),
});

export const CampaignBody = z.strictObject({
  name: z.string().trim().min(1).max(64),
  segmentId: z.string().min(1).max(26),
  appId: z.string().min(1).max(64),
  message: MessageBody,
  schedule: ScheduleBody.nullable().default(null),
});
export type CampaignBody = z.output<typeof CampaignBody>;

const counts = {
  planned: z.number(),
  pending: z.number(),
  sent: z.number().describe('Taken by WeChat, including `delivered`'),
  delivered: z.number(),
  failed: z.number(),
  skipped: z.number(),
  unknown: z.number(),
};
const Coded = z.object({ code: z.string(), text: z.string() });

export const RunView = z.object({
  id: z.string(),
  dueAt: z.string(),
  cause: z.enum(['start', 'tick', 'button']),
  state: z.string(),
  note: z.string().nullable(),
  finishedAt: z.string().nullable(),
  ...counts,
});

export const CampaignView = z.object({
  id: z.string(),
  name: z.string(),
  segmentId: z.string(),
  segmentName: z.string().nullable(),
  accountId: z.string(),
  accountName: z.string(),
  appId: z.string(),
  message: z.object({
    type: z.literal('template'),
    templateId: z.string(),
    title: z.string().optional(),
    data: z.record(z.string(), z.string()),
    url: z.string().optional(),
    miniProgram: z.object({ appId: z.string(), path: z.string() }).optional(),
  }),
  schedule: z
    .object({ cron: z.string(), zone: z.string(), missed: z.string(), text: z.string() })
    .nullable(),
  status: z.enum(['draft', 'scheduled', 'running', 'paused', 'finished', 'cancelled']),
  statusText: z.string(),
  pauseReason: z.string().nullable(),
  pauseText: z.string().nullable(),
  ...counts,
  nextRunAt: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});

export const CampaignDetail = CampaignView.extend({
  runs: z.array(RunView),
  totals: z.object(counts),
  reasons: z.array(
    z.object({
      state: z.string(),
      reason: z.string(),
      name: z.string(),
      errcode: z.number().nullable(),
      count: z.number(),
    }),
  ),
  pausePercent: z.number().describe('A run pauses by itself above this share of errors'),
  pauseLeast: z.number().describe('Only once so many calls of the run have ended'),
});
export const SavedCampaign = CampaignDetail.extend({ warnings: z.array(Coded) });
export const CancelledCampaign = CampaignDetail.extend({
  stopped: z.number().describe('Deliveries that were still to be sent'),
});

export const PlanView = z.object({
  audience: z.number(),
  willReceive: z.number(),
  excluded: z.array(z.object({ reason: z.string(), name: z.string(), count: z.number() })),
  samples: z.array(
    z.object({
      personId: z.string(),
      name: z.string(),
      openid: z.string(),
      rendered: z.record(z.string(), z.string()),
      url: z.string().nullable(),
      troubles: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })),
    }),
  ),
  /** For how many of those who may be written to the message was filled in and judged. */
  filledIn: z.object({ people: z.number(), of: z.number() }),
  nextRuns: z.array(z.string()),
});

export const DeliveryView = z.object({
  id: z.string(),
  runId: z.string(),
  identityId: z.string(),
  personId: z.string(),
  name: z.string(),
  openid: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  reasonText: z.string().nullable(),
  errcode: z.number().nullable(),
  messageId: z.string().nullable(),
  clientMessageId: z.string(),
  tries: z.number(),
  sentAt: z.string().nullable(),
  receiptAt: z.string().nullable(),
});

export const WeChatTemplateView = z.object({
  templateId: z.string(),
  title: z.string(),
  content: z.string(),
  example: z.string(),
  fields: z.array(
    z.object({
      key: z.string(),
      name: z.string(),
      kind: z.string(),
      rule: z.string(),
      most: z.number().nullable(),
    }),
  ),
});
