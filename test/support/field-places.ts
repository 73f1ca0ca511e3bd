import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type BodySchema = {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, BodySchema>;
  items?: BodySchema;
  anyOf?: BodySchema[];
  oneOf?: BodySchema[];
  allOf?: BodySchema[];
};

const web = join(__dirname, '../../src/web/console');

/** Every path of a body of which something may be wrong, lists told by `*`; what is ticked or picked from few is never wrong. */
export function pathsOf(schema: BodySchema, at = ''): string[] {
  const more = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  if (more.length > 0) return [...new Set(more.flatMap((one) => pathsOf(one, at)))];
  if (schema.properties) {
    return Object.entries(schema.properties).flatMap(([name, inner]) =>
      pathsOf(inner, at === '' ? name : `${at}.${name}`),
    );
  }
  if (schema.items) return [...new Set([at, ...pathsOf(schema.items, `${at}.*`)])];
  const isFree = schema.type !== 'boolean' && schema.type !== 'null';
  return isFree && schema.enum === undefined && schema.const === undefined ? [at] : [];
}

/** What of these paths no part of a form shows: a part names a field, a list, or what it hands to a part of its own. */
export function withoutPlace(paths: readonly string[], files: readonly string[]): string[] {
  const text = files.map((name) => readFileSync(join(web, name), 'utf8')).join('\n');
  const literal = (path: string) =>
    path
      .split('.')
      .map((part) => (part === '*' ? '\\$\\{[^}]+\\}' : part))
      .join('\\.');
  const names = (path: string) =>
    new RegExp(`(problem|Text)\\(([\\w.]+, )?['"\`]${literal(path)}['"\`]`).test(text);
  const hands = (path: string) => new RegExp(`\`${literal(path)}\\.\\$\\{path\\}\``).test(text);

  const isAttachments = (path: string) => /(^|\.)(a|standardA)ttachments$/.test(path);

  /** Named as it stands, or handed on; attachments draw their fields from a list, and `listText` tells what is in a list. */
  function hasPlace(path: string, isList = false): boolean {
    if (names(path) || (isList && path.endsWith('.*') && names(path.slice(0, -2)))) return true;
    const parts = path.split('.');
    return parts.some((_, index) => {
      const before = parts.slice(0, index).join('.');
      if (before === '') return false;
      const list = new RegExp(`listText\\(\\w+, ['"\`]${literal(before)}(['"\`]|\\.\\$\\{path)`);
      if (list.test(text) && names(before)) return true;
      const after = parts.slice(index).join('.');
      return hands(before) && (isAttachments(before) || hasPlace(after, list.test(text)));
    });
  }
  return paths.filter((path) => !hasPlace(path));
}
