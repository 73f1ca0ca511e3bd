import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { AppError } from '../../kernel/errors';
import type { Answer } from '../answers/answer';
import { problemOfTemplate } from '../answers/template-text';
import { checkRule } from '../matching';
import type { FaqRecord } from '../save-faq';
import type { Conversation } from './conversation.schema';
import type { MenuFile } from './menu-file.schema';
import { problemsOf } from './say-problem';
import { readYaml, type Place, type TemplateProblem, type YamlFile } from './read-yaml';
import {
  templateFile,
  type Brand,
  type MessageTemplate,
  type TemplateFile,
  type TemplateRule,
} from './template-files.schema';
import { takeTextsIn } from './text-files';

export type PlacedConversation = Conversation & {
  readonly file: string;
  /** Of each step. */
  readonly places: readonly Place[];
};
export type Templates = {
  brand: Brand | undefined;
  welcome: Answer | undefined;
  default: Answer | undefined;
  rules: TemplateRule[];
  faqs: FaqRecord[];
  menu: MenuFile | undefined;
  messages: MessageTemplate[];
  conversations: PlacedConversation[];
  /** Of `welcome`, `default`, `menu`, `rule <key>`, `faq <id>`, `message <key>`. */
  places: Map<string, Place>;
};

const longestFile = 2_000_000;

/** Reads every `.yaml` of a folder. Throws `templates_invalid` with file and line of each problem. */
export async function readTemplates(folder: string): Promise<Templates> {
  const { templates, problems } = await tryTemplates(folder);
  if (problems.length === 0) return templates;
  throw new AppError(400, 'templates_invalid', {
    errors: problems.slice(0, 50).map(({ file, line, column, code, message }) => ({
      path: `${file}:${line}:${column}`,
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
    brand: undefined,
    welcome: undefined,
    default: undefined,
    rules: [],
    faqs: [],
    menu: undefined,
    messages: [],
    conversations: [],
    places: new Map(),
  };
  const problems: TemplateProblem[] = [];
  for (const file of await yamlFiles(folder)) {
    const text = await readFile(join(folder, file), 'utf8');
    if (text.length > longestFile) {
      const message = `longer than ${longestFile} characters`;
      problems.push({ file, line: 1, column: 1, code: 'file_too_large', message });
      continue;
    }
    const yaml = readYaml(file, text);
    problems.push(...yaml.problems);
    if (yaml.problems.length > 0 || yaml.value === null) continue;
    const whole = await takeTextsIn({ folder, yaml, problems }, yaml.value, []);
    const parsed = templateFile.safeParse(whole);
    if (parsed.success) addFile({ yaml, templates, problems }, parsed.data);
    else problems.push(...problemsOf(parsed.error, yaml));
  }
  return { templates, problems: eachOnce(problems) };
}

/** A text that several rules share is wrong once. */
const eachOnce = (problems: readonly TemplateProblem[]): TemplateProblem[] => [
  ...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values(),
];

async function yamlFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !/(^|\/)(\.|node_modules\/)/.test(file))
    .sort();
}

type Reading = { yaml: YamlFile; templates: Templates; problems: TemplateProblem[] };

function addFile(reading: Reading, read: TemplateFile): void {
  const { yaml, templates, problems } = reading;
  for (const part of ['brand', 'welcome', 'default', 'menu'] as const) {
    if (read[part] === undefined) continue;
    takePlace(reading, part, [part]);
    Object.assign(templates, { [part]: read[part] });
  }
  for (const [index, rule] of read.rules.entries()) {
    takePlace(reading, `rule ${rule.key}`, ['rules', index]);
    for (const { code, keyword, maximum } of checkRule(rule)) {
      const at = ['rules', index, 'keywords', ...(keyword === undefined ? [] : [keyword])];
      const named = JSON.stringify(rule.keywords[keyword ?? 0] ?? '');
      const most = maximum === undefined ? '' : `, at most ${maximum}`;
      problems.push({
        ...yaml.placeOf(at),
        code,
        message: `${code.replaceAll('_', ' ')}: ${named}${most}`,
      });
    }
    templates.rules.push(rule);
  }
  for (const [index, faq] of read.faqs.entries()) {
    takePlace(reading, `faq ${faq.id}`, ['faqs', index]);
    templates.faqs.push({ ...faq, similar: [...new Set(faq.similar)], status: 'published' });
  }
  for (const [index, message] of read.messages.entries()) {
    takePlace(reading, `message ${message.key}`, ['messages', index]);
    for (const [field, value] of Object.entries(message.data)) {
      checkMessageField(reading, message, field, value, ['messages', index, 'data', field]);
    }
    templates.messages.push(message);
  }
  for (const [index, conversation] of read.conversations.entries()) {
    const places = conversation.steps.map((_, step) =>
      yaml.placeOf(['conversations', index, 'steps', step]),
    );
    templates.conversations.push({ ...conversation, file: places[0]?.file ?? '', places });
  }
}

function takePlace(
  { yaml, templates, problems }: Reading,
  name: string,
  path: (string | number)[],
): void {
  const place = yaml.placeOf(path);
  const other = templates.places.get(name);
  if (other === undefined) templates.places.set(name, place);
  else {
    const message = `${name} stands in ${other.file}:${other.line} already`;
    problems.push({ ...place, code: 'repeated', message });
  }
}

function checkMessageField(
  { yaml, problems }: Reading,
  message: MessageTemplate,
  field: string,
  value: string,
  path: (string | number)[],
): void {
  const place = yaml.placeOf(path);
  if (!message.content.includes(`{{${field}.DATA}}`)) {
    const absent = `content has no {{${field}.DATA}}`;
    problems.push({ ...place, code: 'field_unknown', message: absent });
  }
  const problem = problemOfTemplate(value);
  if (problem) problems.push({ ...place, code: 'template_invalid', message: problem.message });
}
