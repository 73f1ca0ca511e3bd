import { z } from 'zod';

const topNameBytes = 16;
const nameBytes = 60;

const name = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .refine((value) => Buffer.byteLength(value) <= most, {
      message: `longer than ${most} bytes (a Chinese character takes 3)`,
    });
const key = z
  .string()
  .min(1)
  .refine((value) => Buffer.byteLength(value) <= 128, { message: 'longer than 128 bytes' });
const url = z.url({ protocol: /^https?$/ }).max(1_024);

/** What a tap does; an entry has one of them, or children. */
const deeds = {
  /** The rule for it has the keyword `CLICK:<key>`. */
  key: key.optional(),
  url: url.optional(),
  /** `url` is what clients without mini programs open. */
  miniProgram: z
    .strictObject({ appId: z.string().min(1).max(64), path: z.string().min(1).max(1_024), url })
    .optional(),
};

const countOf = (entry: object): number => Object.values(entry).filter(Boolean).length;

const child = z
  .strictObject({ name: name(nameBytes), ...deeds })
  .refine(({ key: tapped, url: page, miniProgram }) => countOf([tapped, page, miniProgram]) === 1, {
    message: 'key, url or miniProgram: one of them',
  });

const entry = z
  .strictObject({
    name: name(topNameBytes),
    ...deeds,
    children: z.array(child).min(1).max(5).optional(),
  })
  .refine(
    ({ key: tapped, url: page, miniProgram, children }) =>
      countOf([tapped, page, miniProgram, children]) === 1,
    { message: 'key, url, miniProgram or children: one of them' },
  );

/** The menu at the foot of an Official Account, with WeChat's limits: three entries of up to five. */
export const menuFile = z.array(entry).min(1).max(3);
export type MenuFile = z.output<typeof menuFile>;

/** The keys of entries that ask us for an answer, with their paths in the file. */
export function keysOfMenu(menu: MenuFile): { key: string; path: (string | number)[] }[] {
  return menu.flatMap((one, place) => [
    ...(one.key === undefined ? [] : [{ key: one.key, path: [place, 'key'] }]),
    ...(one.children ?? []).flatMap((below, at) =>
      below.key === undefined ? [] : [{ key: below.key, path: [place, 'children', at, 'key'] }],
    ),
  ]);
}
