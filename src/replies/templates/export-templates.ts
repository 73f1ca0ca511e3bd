import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { select } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import type { Actions } from '../actions';
import { readLive } from './live-templates';
import { readTemplates } from './read-templates';
import type { TemplateRule } from './template-files.schema';

export type ExportedTemplates = { rules: number; faqs: number; files: string[] };

/**
 * Published rules and questions as files that an import takes, in a folder that has none yet, in the layout of
 * the starter brands. With an account its own rules, welcome and default; without one the rules that answer everywhere.
 */
export async function exportTemplates(
  kit: Pick<Kit, 'db'>,
  folder: string,
  accountId: string | null,
): Promise<ExportedTemplates> {
  const live = await kit.db.transact(async (tx) => {
    const rows = await select<{ id: string }>(
      tx,
      `SELECT id FROM faq WHERE status = 'published' ORDER BY id`,
    );
    const ids = rows.map(({ id }) => id);
    return { ...(await readLive(tx, accountId, ids)), ids };
  });
  const texts = new Map<string, string>();
  const rules = [...live.rules.values()]
    .filter(({ row }) => row.status === 'published')
    .map(({ rule: { answer, when, also, ...rule } }) => ({
      ...rule,
      ...(when ? { when } : {}),
      answer: withTextFiles(answer, rule.key, texts),
      ...withoutPacket(also),
    }));
  const faqs = live.ids.flatMap((id) => {
    const faq = live.faqs.get(id);
    return faq ? [{ id, question: faq.question, similar: faq.similar, answer: faq.answer }] : [];
  });
  const settings = {
    ...(live.welcome ? { welcome: withTextFiles(live.welcome, 'welcome', texts) } : {}),
    ...(live.default ? { default: withTextFiles(live.default, 'default', texts) } : {}),
  };
  const files = new Map<string, string>([
    ['replies.yaml', yamlOf({ ...settings, rules })],
    ['faqs.yaml', yamlOf({ faqs })],
    ...texts,
  ]);
  for (const [name, content] of files) {
    const at = join(folder, name);
    await mkdir(dirname(at), { recursive: true });
    await writeFile(at, content, { flag: 'wx' });
  }
  // What was written must be readable again, or it is worth nothing.
  await readTemplates(folder);
  return { rules: rules.length, faqs: faqs.length, files: [...files.keys()] };
}

function withoutPacket(also: TemplateRule['also']): { also?: TemplateRule['also'] } {
  if (!also) return {};
  const { redPacket, ...rest }: Actions = also;
  return redPacket && Object.keys(rest).length === 0 ? {} : { also: rest };
}

const yamlOf = (parts: object): string => stringify(parts, { lineWidth: 100 });

/** A text of several lines or with variables stands in a Liquid file of its own, one line beside its rule. */
function withTextFiles(value: unknown, name: string, texts: Map<string, string>): unknown {
  if (Array.isArray(value)) {
    return value.map((one, place) => withTextFiles(one, `${name}-${place + 1}`, texts));
  }
  if (typeof value !== 'object' || value === null) return value;
  const given = value as Record<string, unknown>;
  const { text, ...rest } = given;
  if (given['type'] === 'text' && typeof text === 'string' && /\n|\{[{%]/.test(text)) {
    const file = `texts/${name}.liquid`;
    texts.set(file, `${text}\n`);
    return { ...rest, file };
  }
  return Object.fromEntries(
    Object.entries(given).map(([field, part]) => [field, withTextFiles(part, name, texts)]),
  );
}
