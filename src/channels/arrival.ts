/** What every event says, whatever it tells of. */
export type Arrival<Kind extends string, Facts = unknown> = {
  readonly kind: Kind;
  readonly accountId: string;
  /** The Official Account's appId, or the corp's id. */
  readonly appId: string;
  /** Equal for every delivery of one event, never for two; ASCII, at most `dedupeKeyLimit` characters. */
  readonly dedupeKey: string;
  /** Events of one lane are decided in order: `accountId:openid`; those about nobody outside name their room or staff. */
  readonly laneKey: string;
  /** Whom it is about, a follower or an external contact; empty when nobody outside was named. */
  readonly openid: string;
  /** When it happened according to WeChat, epoch milliseconds (whole seconds). */
  readonly at: number;
} & Readonly<Facts>;
