import { z } from 'zod';
import { guessable } from './guessable-password';

export const newPassword = z.string().min(10).max(128);

/** Refuses a new operator's password that is easy to guess, with the reason; for `superRefine`. */
export function refuseGuessable(
  wanted: { name: string; email: string; password: string },
  ctx: z.core.$RefinementCtx,
): void {
  const [mailbox = '', host = ''] = wanted.email.split('@');
  const known = [mailbox, host.split('.')[0] ?? '', ...wanted.name.split(/\s+/)];
  const code = guessable(wanted.password, known);
  if (code) ctx.addIssue({ code: 'custom', path: ['password'], params: { code } });
}
