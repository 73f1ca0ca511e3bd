import type { InboundEvent, UnknownProblem } from '../inbound-event';
import type { XmlTree } from '../wire/xml-tree';

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

export { numberOf, optional } from '../wire/xml-tree';
