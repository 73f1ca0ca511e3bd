import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brandsIn, shippedTemplates } from '../replies';
import type { CommandCall } from './command';

export const resolveFolder = (folder: string): string => resolve(folder);

/** `--brand` is a folder below ./templates, or one that comes with the product. */
function brandFolder(brand: string): string {
  const own = resolve('templates', brand);
  return existsSync(own) ? own : join(shippedTemplates(), brand);
}

/** The folders that a call is about; several when they are brands in one folder. Undefined and said when there is none. */
export async function foldersOf(call: CommandCall): Promise<string[] | undefined> {
  const { brand, folder: named = call.words[1] } = call.values;
  const folder =
    typeof brand === 'string'
      ? brandFolder(brand)
      : resolveFolder(typeof named === 'string' ? named : 'templates');
  if (!existsSync(folder)) {
    call.say(`there is no folder ${folder}`);
    return undefined;
  }
  const brands = await brandsIn(folder);
  return brands.length === 0 ? [folder] : brands.map((one) => join(folder, one));
}

/** The one folder a call is about. Undefined and said when there are several. */
export async function oneFolder(call: CommandCall): Promise<string | undefined> {
  const [folder, ...others] = (await foldersOf(call)) ?? [];
  if (others.length === 0) return folder;
  const brands = await brandsIn(join(folder ?? '', '..'));
  call.say(
    `several brands are here, name one: ${brands.map((one) => `--brand ${one}`).join(', ')}`,
  );
  return undefined;
}
