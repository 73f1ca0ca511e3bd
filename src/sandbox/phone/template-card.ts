import type { World } from '../world';

/** What a template message keeps: the values as sent. The wording comes from the template at reading time. */
export interface TemplateBody {
  templateId: string;
  data: Record<string, string>;
  url: string;
  miniProgram: { appId: string; pagePath: string } | null;
  clientMsgId: string | null;
}

// Keeps consecutive ids apart only for readers that do not round them to a double.
const firstMsgId = 3_717_005_600_000_000_000n;

/** The platform's number of a template message; far beyond 2^53, as the real ones are. */
export const templateMsgId = (messageId: number): string => String(firstMsgId + BigInt(messageId));

export function renderTemplate(world: World, body: TemplateBody, row: { id: number }) {
  const template = world.templates.any(body.templateId);
  const fields = (template?.fields ?? []).map((field) => ({
    ...field,
    value: body.data[field.key] ?? '',
  }));
  const card = {
    templateId: body.templateId,
    title: template?.title ?? '',
    fields,
    url: body.url,
    miniProgram: body.miniProgram,
    clientMsgId: body.clientMsgId,
    msgId: templateMsgId(row.id),
  };
  const lines = fields.map((field) =>
    field.name === '' ? field.value : `${field.name}：${field.value}`,
  );
  return { card, text: [card.title, ...lines].join('\n') };
}
