import { randomBytes } from 'node:crypto';
import type { Kit } from '../kernel/kit';

type Part = Pick<Kit, 'seal' | 'clock'>;

/** Clocks and a slow network are no lie. */
const slackMs = 2_000;

const signOf = ({ seal }: Part, token: string, begun: string): string =>
  Buffer.from(seal.fingerprint(`visit:${token}:${begun}`), 'base64url')
    .subarray(0, 8)
    .toString('hex');

/** A name for one visit that only we can give: when it began and for which send, signed; 32 hex digits. */
export function newVisit(kit: Part, token: string): string {
  const at = kit.clock.business().toString(16).padStart(12, '0');
  const begun = `${at}${randomBytes(2).toString('hex')}`;
  return `${begun}${signOf(kit, token, begun)}`;
}

/** How long a visit of ours can have lasted by now; undefined for a name we never gave. */
export function longestOf(kit: Part, token: string, visit: string): number | undefined {
  const begun = visit.slice(0, 16);
  if (visit.slice(16) !== signOf(kit, token, begun)) return undefined;
  const lasted = kit.clock.business() - Number.parseInt(begun.slice(0, 12), 16);
  return lasted < -slackMs ? undefined : (Math.max(0, lasted) + slackMs) / 1_000;
}
