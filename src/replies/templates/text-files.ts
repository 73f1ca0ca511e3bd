import { readFile, realpath } from 'node:fs/promises';
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

const leaves = (way: string): boolean => way === '..' || /^\.\.[\\/]/.test(way) || isAbsolute(way);

/** Inside the folder, nowhere else: neither by its name nor by a link that leads out. */
async function textOf({ folder, yaml, problems }: Reading, file: string, path: Path) {
  const refuse = (code: string, message: string) => {
    problems.push({ ...yaml.placeOf(path), code, message });
    return unread;
  };
  const outside = () => refuse('file_outside', `${file} is not inside this folder`);
  const inside = relative(resolve(folder), resolve(folder, file));
  if (leaves(inside)) return outside();
  let text: string;
  try {
    const real = await realpath(resolve(folder, file));
    if (leaves(relative(await realpath(folder), real))) return outside();
    text = (await readFile(real, 'utf8')).trim();
  } catch {
    return refuse('file_missing', `there is no file ${file}`);
  }
  const problem = problemOfTemplate(text);
  if (!problem) return text;
  const where = { file: inside.replaceAll('\\', '/'), line: problem.line, column: problem.column };
  problems.push({ ...where, code: 'template_invalid', message: problem.message });
  return unread;
}
