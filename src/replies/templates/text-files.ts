import { readFile } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { problemOfTemplate } from '../answers/template-text';
import type { TemplateProblem, YamlFile } from './read-yaml';

type Path = readonly (string | number)[];
type Reading = { folder: string; yaml: YamlFile; problems: TemplateProblem[] };

/**
 * A text may stand in a file of its own beside the YAML: `{ type: text, file: texts/welcome.liquid }` becomes
 * `{ type: text, text: … }`, wherever an answer stands and however deep.
 */
export async function takeTextsIn(reading: Reading, value: unknown, path: Path): Promise<unknown> {
  if (Array.isArray(value)) {
    return Promise.all(value.map((one, place) => takeTextsIn(reading, one, [...path, place])));
  }
  if (typeof value !== 'object' || value === null) return value;
  const given = value as Record<string, unknown>;
  if (given['type'] === 'text' && typeof given['file'] === 'string') {
    const { file, ...rest } = given;
    if ('text' in rest) return value;
    return { ...rest, text: await textOf(reading, file, [...path, 'file']) };
  }
  const parts = await Promise.all(
    Object.entries(given).map(
      async ([name, part]) => [name, await takeTextsIn(reading, part, [...path, name])] as const,
    ),
  );
  return Object.fromEntries(parts);
}

/** Stands for a text that could not be read, so that the rest is checked all the same. */
const unread = '…';

/** Inside the folder, nowhere else. */
async function textOf({ folder, yaml, problems }: Reading, file: string, path: Path) {
  const inside = relative(resolve(folder), resolve(folder, file));
  const place = yaml.placeOf(path);
  if (inside.startsWith('..') || isAbsolute(inside)) {
    const message = `${file} is not inside this folder`;
    problems.push({ ...place, code: 'file_outside', message });
    return unread;
  }
  let text: string;
  try {
    text = (await readFile(resolve(folder, file), 'utf8')).trim();
  } catch {
    problems.push({ ...place, code: 'file_missing', message: `there is no file ${file}` });
    return unread;
  }
  const problem = problemOfTemplate(text);
  if (!problem) return text;
  const where = { file: inside.replaceAll('\\', '/'), line: problem.line, column: problem.column };
  problems.push({ ...where, code: 'template_invalid', message: problem.message });
  return unread;
}
