/**
 * Named places where a test may stop the process as a power cut would. `FAULT=sending.before-call:3`
 * kills this process the third time it passes that line; without the setting every call is a no-op.
 */
export const faultPoints = [
  'campaign.before-freeze-commit',
  'campaign.after-freeze-commit',
  'intake.before-commit',
  'intake.after-commit',
  'job.before-done',
  'payout.before-reserve-commit',
  'payout.after-reserve-commit',
  'payout.after-claim',
  'payout.before-call',
  'payout.after-call',
  'payout.before-query',
  'payout.after-query',
  'payout.before-outcome-commit',
  'payout.after-outcome-commit',
  'sending.after-claim',
  'sending.before-call',
  'sending.after-call',
  'sending.before-outcome-commit',
  'sending.after-outcome-commit',
  'sync.after-batch',
  'tick.before-commit',
] as const;
export type FaultPoint = (typeof faultPoints)[number];

let armed: { name: string; left: number } | undefined;

export function armFault(setting: string | undefined): void {
  if (!setting) {
    armed = undefined;
    return;
  }
  const [name = '', nth = '1'] = setting.split(':');
  armed = { name, left: Number(nth) };
}

export function faultPoint(name: FaultPoint): void {
  if (armed?.name !== name) return;
  armed.left -= 1;
  if (armed.left <= 0) process.kill(process.pid, 'SIGKILL');
}
