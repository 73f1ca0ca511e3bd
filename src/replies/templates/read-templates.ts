import { readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AppError } from '../../kernel/errors';
import type { Actions } from '../actions';
import { answerSchema, type Answer } from '../answers/answer';
import { problemOfTemplate } from '../answers/template-text';
import { checkRule, type Conditions, type RuleMatch } from '../matching';
import type { FaqRecord } from '../save-faq';
import { readYaml, type TemplateProblem, type YamlFile } from './read-yaml';
import {
  templateFile,
  type Conversation,
  type MessageTemplate,
  type TemplateFile,
  type WrittenAnswer,
} from './template-files.schema';

export type TemplateRule = {
  readonly key: string;
  readonly name: string;
  readonly match: RuleMatch;
  readonly keywords: readonly string[];
  readonly priority: number;
  readonly answer: Answer;
  readonly when?: Conditions | undefined;
  readonly also?: Actions | undefined;
};
export type PlacedConversation = Conversation & {
  readonly file: string;
  /** Line of each step. */
  readonly lines: readonly number[];
};
export type Templates = {
  welcome: Answer | undefined;
  default: Answer | undefined;
  rules: TemplateRule[];
  faqs: FaqRecord[];
  messages: MessageTemplate[];
  conversations: PlacedConversation[];
};

const longestFile = 2_000_000;

/** Reads every `.yaml` of a folder. Throws `templates_invalid` with file and line of each problem. */
export async function readTemplates(folder: string): Promise<Templates> {
  const { templates, problems } = await tryTemplates(folder);
  if (problems.length === 0) return templates;
  throw new AppError(400, 'templates_invalid', {
    errors: problems.slice(0, 50).map(({ file, line, code, message }) => ({
      path: `${file}:${line}`,
      code,
      message,
    })),
  });
}

/** As `readTemplates`, but tells the problems instead of throwing: what could be read is there. */
export async function tryTemplates(
  folder: string,
): Promise<{ templates: Templates; problems: TemplateProblem[] }> {
  const templates: Templates = {
    welcome: undefined,
    default: undefined,
    rules: [],
    faqs: [],
    messages: [],
    conversations: [],
  };
  const problems: TemplateProblem[] = [];
  const seen = new Map<string, string>();
  for (const file of await yamlFiles(folder)) {
    const text = await readFile(join(folder, file), 'utf8');
    if (text.length > longestFile) {
      problems.push({
        file,
        line: 1,
        code: 'file_too_large',
        message: `${longestFile} characters`,
      });
      continue;
    }
    const yaml = readYaml(file, text);
    problems.push(...yaml.problems);
    if (yaml.problems.length > 0 || yaml.value === null) continue;
    const parsed = templateFile.safeParse(yaml.value);
    if (!parsed.success) {
      for (const { path, code, message } of parsed.error.issues) {
        problems.push({
          file,
          line: yaml.lineOf(path),
          code,
          message: `${path.join('.')}: ${message}`,
        });
      }
      continue;
    }
    await addFile({ folder, file, yaml, templates, problems, seen }, parsed.data);
  }
  return { templates, problems };
}

async function yamlFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

type Place = {
  folder: string;
  file: string;
  yaml: YamlFile;
  templates: Templates;
  problems: TemplateProblem[];
  seen: Map<string, string>;
};

async function addFile(place: Place, read: TemplateFile): Promise<void> {
  const { file, yaml, templates, problems } = place;
  for (const part of ['welcome', 'default'] as const) {
    const written = read[part];
    if (!written) continue;
    isFirst(place, part, [part]);
    templates[part] = await answerOf(place, written, [part]);
  }
  for (const [index, { answer: written, ...rule }] of read.rules.entries()) {
    const path = ['rules', index];
    isFirst(place, `rule ${rule.key}`, path);
    for (const { code, keyword } of checkRule(rule)) {
      const at = [...path, 'keywords', ...(keyword === undefined ? [] : [keyword])];
      problems.push({
        file,
        line: yaml.lineOf(at),
        code,
        message: rule.keywords[keyword ?? 0] ?? '',
      });
    }
    const answer = await answerOf(place, written, [...path, 'answer']);
    if (answer) templates.rules.push({ ...rule, answer });
  }
  for (const [index, faq] of read.faqs.entries()) {
    isFirst(place, `faq ${faq.id}`, ['faqs', index]);
    templates.faqs.push({ ...faq, similar: [...new Set(faq.similar)], status: 'published' });
  }
  for (const [index, message] of read.messages.entries()) {
    isFirst(place, `message ${message.key}`, ['messages', index]);
    for (const [field, value] of Object.entries(message.data)) {
      checkMessageField(place, message, field, value, ['messages', index, 'data', field]);
    }
    templates.messages.push(message);
  }
  for (const [index, conversation] of read.conversations.entries()) {
    const lines = conversation.steps.map((_, step) =>
      yaml.lineOf(['conversations', index, 'steps', step]),
    );
    templates.conversations.push({ ...conversation, file, lines });
  }
}

function isFirst(
  { file, yaml, problems, seen }: Place,
  name: string,
  path: (string | number)[],
): void {
  const line = yaml.lineOf(path);
  const other = seen.get(name);
  if (other !== undefined) {
    problems.push({ file, line, code: 'repeated', message: `${name} stands in ${other} already` });
  } else seen.set(name, `${file}:${line}`);
}

function checkMessageField(
  { file, yaml, problems }: Place,
  message: MessageTemplate,
  field: string,
  value: string,
  path: (string | number)[],
): void {
  const line = yaml.lineOf(path);
  if (!message.content.includes(`{{${field}.DATA}}`)) {
    problems.push({ file, line, code: 'field_unknown', message: field });
  }
  const problem = problemOfTemplate(value);
  if (problem) problems.push({ file, line, code: 'template_invalid', message: problem.message });
}

/** The text of an answer may stand in a file inside the folder, nowhere else. */
async function answerOf(
  { folder, file, yaml, problems }: Place,
  written: WrittenAnswer,
  path: (string | number)[],
): Promise<Answer | undefined> {
  if (!('file' in written)) return written;
  const line = yaml.lineOf([...path, 'file']);
  const at = resolve(folder, written.file);
  const inside = relative(resolve(folder), at);
  if (inside.startsWith('..') || isAbsolute(inside)) {
    problems.push({ file, line, code: 'file_outside', message: written.file });
    return undefined;
  }
  let text: string;
  try {
    text = (await readFile(at, 'utf8')).trim();
  } catch {
    problems.push({ file, line, code: 'file_missing', message: written.file });
    return undefined;
  }
  const problem = problemOfTemplate(text);
  if (problem) {
    const where = { file: written.file, line: problem.line };
    problems.push({ ...where, code: 'template_invalid', message: problem.message });
    return undefined;
  }
  const answer = answerSchema.safeParse({ type: 'text', text });
  if (answer.success) return answer.data;
  const message = answer.error.issues.map((issue) => issue.message).join('; ');
  problems.push({ file: written.file, line: 1, code: 'text_invalid', message });
  return undefined;
}
