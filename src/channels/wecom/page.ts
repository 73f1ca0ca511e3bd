import { listFrom, objectFrom, textFrom, type Json, type JsonObject } from '../wire/json';

/** One page of a list. A page may be empty and still have a next one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; absent after the last one. */
  readonly next?: string;
}

export function pageFrom<Item>(
  answer: JsonObject,
  field: string,
  read: (item: JsonObject) => Item,
): Page<Item> {
  const items = listFrom(answer[field]).map((item) => read(objectFrom(item)));
  const next = textFrom(answer['next_cursor']);
  return { items, ...(next !== '' && { next }) };
}

export const textsFrom = (value: Json | undefined): readonly string[] =>
  listFrom(value)
    .map(textFrom)
    .filter((text) => text !== '');

/** Seconds of the wire as epoch milliseconds; absent for zero. */
export function instantFrom<Name extends string>(
  name: Name,
  value: number,
): { [Key in Name]?: number } {
  return value > 0 ? ({ [name]: value * 1000 } as { [Key in Name]?: number }) : {};
}
