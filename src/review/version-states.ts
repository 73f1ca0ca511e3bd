/** What followers are answered with, and what is written and reviewed before they are. */
export const KINDS = ['rule', 'faq', 'settings', 'menu'] as const;
export type Kind = (typeof KINDS)[number];

/** What is being written: at most one such version of a thing. */
export const OPEN_STATES = ['draft', 'in-review', 'scheduled', 'sent-back'] as const;
export const VERSION_STATES = [...OPEN_STATES, 'live', 'retired'] as const;
export type VersionState = (typeof VERSION_STATES)[number];
