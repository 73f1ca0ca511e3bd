import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Where the brands that come with the product stand: from `src`, from `dist/src`, and from the one built file. */
export function shippedTemplates(): string {
  const ways = ['../../../templates', '../../../../templates', '../../templates'];
  const near = ways.map((way) => join(__dirname, way));
  return resolve(near.find((folder) => existsSync(join(folder, 'beauty'))) ?? 'templates');
}

/** The brands in a folder of brands; none when it is one brand's own folder. */
export async function brandsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))) return [];
  const named = entries.filter(
    (entry) => entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name),
  );
  const whole = await Promise.all(
    named.map(async ({ name }) => {
      const inside = await readdir(join(folder, name));
      return inside.some((file) => /\.ya?ml$/.test(file)) ? [name] : [];
    }),
  );
  return whole.flat().sort();
}
