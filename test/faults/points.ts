/** Every named place where the product may be stopped; `run.ts` compares them with the source. */
export const sendingPoints = [
  'sending.after-claim',
  'sending.before-call',
  'sending.after-call',
  'sending.before-outcome-commit',
  'sending.after-outcome-commit',
] as const;
export const freezePoints = [
  'campaign.after-freeze-commit',
  'campaign.before-freeze-commit',
] as const;
export const reservePoints = [
  'payout.before-reserve-commit',
  'payout.after-reserve-commit',
] as const;
export const payPoints = [
  'payout.after-claim',
  'payout.before-call',
  'payout.after-call',
  'payout.before-outcome-commit',
  'payout.after-outcome-commit',
] as const;
export const askPoints = ['payout.before-query', 'payout.after-query'] as const;
export const intakePoints = ['intake.before-commit', 'intake.after-commit'] as const;
export const otherPoints = ['sync.after-batch', 'job.before-done', 'tick.before-commit'] as const;

export const allPoints: readonly string[] = [
  ...sendingPoints,
  ...freezePoints,
  ...reservePoints,
  ...payPoints,
  ...askPoints,
  ...intakePoints,
  ...otherPoints,
];
