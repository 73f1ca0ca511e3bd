import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Operation } from '../kernel/http';
import type { RunningKit } from '../open-kit';
import { readTemplates } from '../replies';
import { callOperation, everyRow } from './call-operation';

type Rule = {
  id: string;
  name: string;
  match: string;
  keywords: string[];
  priority: number;
  appId: string | null;
  answer: unknown;
  when: unknown;
  also: unknown;
  status: string;
};
type Faq = { id: string; question: string; similar: string[]; answer: string; status: string };
type Settings = { welcome: unknown; default: unknown };
export type ExportedTemplates = { rules: number; faqs: number; files: string[] };

/**
 * Published rules and questions as files that `templates import` takes, in a folder that has none yet. With an
 * account its own rules, welcome and default; without one the rules that answer everywhere.
 */
export async function exportTemplates(
  kit: Pick<RunningKit, 'db'>,
  operations: readonly Operation[],
  folder: string,
  appId: string | undefined,
): Promise<ExportedTemplates> {
  const keys = await kit.db.read.all<{ id: string; templateKey: string }>(
    `SELECT id, templateKey FROM reply_rule WHERE templateKey IS NOT NULL`,
  );
  const keyOf = (id: string): string =>
    keys.find((one) => one.id === id)?.templateKey.replace(/^[^:]*:/, '') ??
    `rule-${id.toLowerCase()}`;
  const rules = [];
  for await (const rule of everyRow<Rule>(operations, '/api/v1/reply-rules')) {
    if (rule.status !== 'published' || rule.appId !== (appId ?? null)) continue;
    const { id, name, match, keywords, priority, answer, when, also } = rule;
    rules.push({
      ...{ key: keyOf(id), name, match, keywords, priority, answer },
      ...(when ? { when } : {}),
      ...(also ? { also } : {}),
    });
  }
  const faqs = [];
  for await (const faq of everyRow<Faq>(operations, '/api/v1/faqs')) {
    if (faq.status !== 'published') continue;
    const { id, question, similar, answer } = faq;
    faqs.push({ id, question, similar, answer });
  }
  const settings: Partial<Settings> =
    appId === undefined
      ? {}
      : await callOperation<Settings>(operations, 'GET', '/api/v1/reply-settings', {
          query: { appId },
        });
  await mkdir(folder, { recursive: true });
  const write = (name: string, parts: object) =>
    writeFile(join(folder, name), stringify(parts, { lineWidth: 100 }), { flag: 'wx' });
  await write('replies.yaml', {
    ...(settings.welcome ? { welcome: settings.welcome } : {}),
    ...(settings.default ? { default: settings.default } : {}),
    rules,
  });
  await write('faqs.yaml', { faqs });
  // What was written must be readable again, or it is worth nothing.
  await readTemplates(folder);
  return { rules: rules.length, faqs: faqs.length, files: ['replies.yaml', 'faqs.yaml'] };
}
