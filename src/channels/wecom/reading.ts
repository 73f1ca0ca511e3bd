import type { WeComEvent } from '../wecom-event';
import { textOf, type XmlTree } from '../wire/xml-tree';

type Origin = 'accountId' | 'appId' | 'agentId' | 'dedupeKey' | 'laneKey' | 'openid' | 'at';
type FactsOf<Event> = Event extends unknown ? Omit<Event, Origin> : never;

/** What one kind of callback says, without where it came from. */
export type Facts = FactsOf<WeComEvent>;

/** `about` names the external contact, `lane` whatever else has an order of its own. */
export type Reading = { readonly facts: Facts; readonly about?: string; readonly lane?: string };

/** Undefined when the fields that make it an event of its kind are missing. */
export type Reader = (fields: XmlTree) => Reading | undefined;

/** A comma-separated list, which is absent as often as it is empty. */
export function namesOf(fields: XmlTree, tag: string): readonly string[] {
  return textOf(fields, tag)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

export const isId = (text: string): boolean => /^[\w@.*-]{1,64}$/.test(text);
