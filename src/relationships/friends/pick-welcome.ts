import { DateTime } from 'luxon';
import { specsIn, type AttachmentSpec } from '../../attachments';
import type { Reader } from '../../kernel/database';
import { specialSql, type SpecialRow } from './keep-welcomes';

export type Greeting = { text: string; attachments: AttachmentSpec[] };
type Row = { text: string; attachments: string | null; place: number | string };
type Arrival = { accountId: string; source: string; userId: string; at: number };

/**
 * The code's own words, else those for this source, else the first that fit the rep and the hour, else those
 * for everybody.
 */
export async function pickWelcome(
  read: Reader,
  { accountId, source, userId, at }: Arrival,
  zone: string,
): Promise<Greeting | undefined> {
  const rows = await read.all<Row>(
    `SELECT welcome AS text, attachments, 0 AS place FROM contact_way
     WHERE accountId = ? AND state = ? AND removedAt IS NULL AND welcome IS NOT NULL
     UNION ALL SELECT text, attachments, CASE WHEN source = '' THEN 2 ELSE 1 END AS place
     FROM welcome_text WHERE accountId = ? AND source IN (?, '') ORDER BY place`,
    [accountId, source, accountId, source],
  );
  const [first] = rows;
  if (first && Number(first.place) < 2) return greetingOf(first);
  const special = await read.all<SpecialRow>(specialSql, [accountId]);
  const clock = DateTime.fromMillis(at, { zone }).toFormat('HH:mm');
  const fitting = special.find(
    (one) => isFor(JSON.parse(one.userIds) as string[], userId) && isOpen(one, clock),
  );
  const said = fitting ?? first;
  return said && greetingOf(said);
}

const greetingOf = ({ text, attachments }: { text: string; attachments: string | null }) => ({
  ...{ text, attachments: specsIn(attachments) },
});

const isFor = (userIds: readonly string[], userId: string): boolean =>
  userIds.length === 0 || userIds.includes(userId);

function isOpen({ fromClock: from, toClock: to }: SpecialRow, clock: string): boolean {
  if (from === null || to === null) return true;
  return from < to ? from <= clock && clock < to : from <= clock || clock < to;
}
