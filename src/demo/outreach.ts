import type { Kit } from '../kernel/kit';
import { addOutreach, OutreachBody, startOutreach } from '../outreach';
import { demoCorpLife } from './corp-words';
import type { DemoParts } from './demo-parts';
import type { Happening } from './live';
import { until } from './patience';
import type { SandboxDriver } from '../accounts';
import { seeder } from './seeder';
import { demoNames } from './words';

const { corpId } = demoNames.corp;
/** Reps look at their phones a while after; we ask WeCom how it went a while after that. */
const confirmedAfter = 0.01;
const knownAfter = 0.02;
/** Customers look at their moments later, and what they say to them is asked for later still. */
const likedAfter = 0.03;
const heardAfter = 1;

type Place = { accountId: string; phoneOf: (name: string) => string };
type Kind = 'message' | 'moment';
type Wanted = { name: string; text: string; ordered: number; confirmedBy: readonly string[] };
type Moment = (typeof demoCorpLife.moments)[number];
type Orders = {
  mass: { msgId: string; confirmed: boolean }[];
  moments: { momentId: string; confirmed: boolean }[];
};

/** Messages and moments through reps: ordered here, confirmed on reps' phones; who does not confirm holds the last one open. */
export function outreachHappenings(
  kit: Kit,
  parts: DemoParts,
  driver: SandboxDriver,
  place: Place,
): Happening[] {
  const { outreach, moments } = demoCorpLife;
  return [
    ...outreach.flatMap((one) => orderThrough(kit, parts, driver, place, 'message', one)),
    ...moments.flatMap((one) => [
      ...orderThrough(kit, parts, driver, place, 'moment', one),
      ...reactions(kit, driver, place, one),
    ]),
  ];
}

function orderThrough(
  kit: Kit,
  parts: DemoParts,
  driver: SandboxDriver,
  { accountId }: Place,
  kind: Kind,
  { name, text, ordered, confirmedBy }: Wanted,
): Happening[] {
  let id = '';
  return [
    {
      daysAgo: ordered,
      happen: async () => {
        const body = OutreachBody.parse({ kind, accountId, name, text });
        id = await addOutreach(kit, parts, seeder, body);
        await startOutreach(kit, parts, seeder, id);
      },
    },
    {
      daysAgo: ordered - confirmedAfter,
      happen: async () => {
        for (const userId of confirmedBy) await confirm(driver, kind, userId);
      },
    },
    {
      daysAgo: ordered - knownAfter,
      happen: () =>
        until(kit, 'what reps confirmed is known', async () => {
          const open = await kit.db.read.all<{ userId: string }>(
            `SELECT userId FROM outreach_order WHERE outreachId = ? AND state <> 'done'`,
            [id],
          );
          return !open.some(({ userId }) => confirmedBy.includes(userId));
        }),
    },
  ];
}

function reactions(
  kit: Kit,
  driver: SandboxDriver,
  { phoneOf }: Place,
  moment: Moment,
): Happening[] {
  const { liked, commented, ordered } = moment;
  const acts = [
    ...liked.map((one) => ({ ...one, kind: 'like' })),
    ...commented.map((one) => ({ ...one, kind: 'comment' })),
  ];
  return [
    {
      daysAgo: ordered - likedAfter,
      happen: async () => {
        for (const { name, rep: userId, kind } of acts) {
          const momentId = (await ordersOf(driver, userId)).moments[0]?.momentId;
          const path = `/wecom/people/${phoneOf(name)}/react-to-moment?settle=0`;
          await driver.post(path, { corpId, momentId, userId, kind });
        }
      },
    },
    {
      daysAgo: ordered - heardAfter,
      happen: () =>
        until(kit, 'what customers said to a moment is known', async () => {
          const [row] = await kit.db.read.all<Record<'liked' | 'commented', number | string>>(
            `SELECT COUNT(likedAt) AS liked, COUNT(commentedAt) AS commented FROM outreach_recipient`,
          );
          return Number(row?.liked) === liked.length && Number(row?.commented) === commented.length;
        }),
    },
  ];
}

async function confirm(driver: SandboxDriver, kind: Kind, userId: string): Promise<void> {
  const { mass, moments } = await ordersOf(driver, userId);
  const open =
    kind === 'message'
      ? mass.filter(({ confirmed }) => !confirmed).map(({ msgId }) => ['mass', { msgId }] as const)
      : moments
          .filter(({ confirmed }) => !confirmed)
          .map(({ momentId }) => ['moment', { momentId }] as const);
  for (const [what, body] of open)
    await driver.post(`${placeOf(userId)}/confirm-${what}?settle=0`, body);
}

const placeOf = (userId: string) => `/wecom/corps/${corpId}/staff/${userId}`;
const ordersOf = (driver: SandboxDriver, userId: string) =>
  driver.get<Orders>(`${placeOf(userId)}/orders`);
