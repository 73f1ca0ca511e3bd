import type { InboundEvent, UnknownProblem } from '../inbound-event';
import { textOf, type XmlTree } from './xml-tree';

type Origin = 'accountId' | 'appId' | 'dedupeKey' | 'laneKey' | 'openid' | 'at';
type FactsOf<Event> = Event extends unknown ? Omit<Event, Origin> : never;

/** What one kind of callback says, without where it came from. */
export type Facts = FactsOf<InboundEvent>;

export type Reading =
  | {
      readonly facts: Facts;
      /** What tells this event from others of its kind, sender and second. */
      readonly key: string;
      /** Set when the person is not the sender. */
      readonly openid?: string;
    }
  | UnknownProblem;

export type Reader = (fields: XmlTree) => Reading;

/** A decimal number as written by WeChat; 0 when there is none. */
export function numberOf(fields: XmlTree, tag: string): number {
  const text = textOf(fields, tag);
  return /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : 0;
}

/** `{ [name]: text }` when the tag holds something, else nothing at all. */
export function optional<Name extends string>(
  fields: XmlTree,
  tag: string,
  name: Name,
): { [Key in Name]?: string } {
  const text = textOf(fields, tag);
  return text === '' ? {} : ({ [name]: text } as { [Key in Name]?: string });
}
