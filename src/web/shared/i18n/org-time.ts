import { orgZone } from './clock';

/** `2026-11-22T08:00` on the organisation's wall, as the browser's date fields write it. */
export function wallOf(instant: number): string {
  const found: Record<string, string> = {};
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone: orgZone.value,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  for (const part of formatter.formatToParts(instant)) found[part.type] = part.value;
  const { year = '', month = '', day = '', hour = '', minute = '' } = found;
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

/** The instant at which the organisation's wall shows this; null when it is no time. */
export function instantOf(wall: string): number | null {
  const asUtc = (text: string) => Date.parse(`${text}Z`);
  const wanted = asUtc(wall);
  if (Number.isNaN(wanted)) return null;
  let instant = wanted;
  // Twice, because the offset may be another one on the other side of a change of clocks.
  for (let round = 0; round < 2; round += 1) instant += wanted - asUtc(wallOf(instant));
  return instant;
}

const dayMs = 86_400_000;

/** The next eight o'clock that is not today's. */
export function tomorrowAtEight(now: number): number {
  const day = wallOf(now + dayMs).slice(0, 10);
  return instantOf(`${day}T08:00`) ?? now + dayMs;
}
