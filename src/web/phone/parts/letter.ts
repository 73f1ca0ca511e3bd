import { signsOf } from '../../shared/parts/initial';

/** The one character on a face: last Chinese character, else first letter or figure, else the first sign. */
export function letterOf(name: string): string {
  const signs = signsOf(name.trim());
  const chinese = signs.filter((sign) => /\p{Script=Han}/u.test(sign)).at(-1);
  return chinese ?? signs.find((sign) => /[\p{L}\p{N}]/u.test(sign)) ?? signs[0] ?? '';
}
