/** What is being written: at most one such version of a rule. */
export const OPEN_STATES = ['draft', 'in-review', 'scheduled', 'sent-back'] as const;
export const VERSION_STATES = [...OPEN_STATES, 'live', 'retired'] as const;
export type VersionState = (typeof VERSION_STATES)[number];
