import { addAccount } from '../accounts';
import type { Kit } from '../kernel/kit';
import {
  addWay,
  enqueueSettling,
  keepWelcomes,
  startContactSync,
  startRoomSync,
  WayForm,
} from '../relationships';
import { addCustomerService } from './customer-service';
import type { DemoParts } from './demo-parts';
import { handoverHappenings } from './handovers';
import { hasWork, live } from './live';
import { outreachHappenings } from './outreach';
import { moveClock, until } from './patience';
import { roomHappenings } from './rooms';
import type { SandboxDriver } from '../accounts';
import { seeder } from './seeder';
import { demoNames, type DemoFriend } from './words';

const { corp, reps, friends } = demoNames;

type App = { agentId: string; secret: string; token: string; encodingAesKey: string };
type Act = {
  daysAgo: number;
  friend: DemoFriend;
  what: 'follow' | 'add' | 'leave';
  rep: string;
  source: string;
};
/** What the sandbox calls them: an openid for those who follow the Official Account, else an id of its own. */
type Ids = Map<DemoFriend, string>;
/** Links of the acquisition helper by what they carry. */
type Links = ReadonlyMap<string, string>;

/**
 * The brand's corp, its reps and their friends. Everything happens on phones of the sandbox on the days it is
 * dated, told by callbacks; the app signs in first, while the clock is right, so that its token outlives the
 * journey into the past.
 */
export async function addFriends(
  kit: Kit,
  parts: DemoParts,
  driver: SandboxDriver,
  appId: string,
): Promise<void> {
  const accountId = await connectCorp(kit, parts, driver);
  const [known] = await kit.db.read.all<{ n: number }>(
    `SELECT COUNT(*) AS n FROM identity WHERE accountId = ?`,
    [accountId],
  );
  if (known?.n) return;
  await readStaff(kit, accountId);
  await addCustomerService(kit, driver, accountId);
  await makeWays(kit, accountId);
  const ids: Ids = new Map();
  const links = await linksByState(kit, accountId);
  const place = { accountId, phoneOf: (name: string) => phoneOf(ids, name) };
  try {
    await live(kit, driver, [
      ...friends.flatMap((friend) =>
        actsOf(friend).map((act) => ({
          daysAgo: act.daysAgo,
          happen: () => perform(driver, appId, { ids, links }, act),
        })),
      ),
      ...roomHappenings(kit, driver, place),
      ...outreachHappenings(kit, parts, driver, place),
      ...handoverHappenings(kit, driver, place),
    ]);
  } finally {
    await moveClock(kit, driver, { reset: true }, 0);
  }
  await settleWays(kit, accountId);
  await readStaff(kit, accountId);
  await kit.db.transact((tx) => startRoomSync(kit, tx, accountId, corp.name));
  kit.work.ring();
  await writeRemarks(kit, driver);
  const follow = friends.filter(({ follows }) => follows !== undefined).length;
  await until(kit, 'friends who follow are one person', async () => {
    const [row] = await kit.db.read.all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM identity_join WHERE reason = 'unionid'`,
    );
    return (row?.n ?? 0) >= follow && !(await hasWork(kit));
  });
}

async function connectCorp(kit: Kit, parts: DemoParts, driver: SandboxDriver): Promise<string> {
  const { corpId, name } = corp;
  const place = `/wecom/corps/${corpId}`;
  await driver.post('/wecom/corps', { corpId, name });
  const app = await driver.post<App>(`${place}/agents`, corp.app);
  const departmentId = await shopOf(driver, place);
  for (const { userId, name: repName, position } of reps) {
    const departments = [departmentId];
    await driver.post(`${place}/staff`, { userId, name: repName, position, departments });
  }
  const leaders = { [departmentId]: reps.filter(({ leads }) => leads).map((rep) => rep.userId) };
  await driver.patch(place, { leaders });
  const { agentId, secret: appSecret, token, encodingAesKey } = app;
  if (!parts.book.findByPlatformId('wecom', corpId)) {
    await kit.db.transact(async (tx) => {
      const apps = [{ agentId, appSecret, token, encodingAesKey }];
      const id = await addAccount(kit, tx, {
        ...{ kind: 'wecom', platformId: corpId, name, world: 'sandbox', secrets: { apps } },
      });
      const texts = { standard: corp.welcome, bySource: [...corp.welcomes] };
      await keepWelcomes(kit, tx, seeder, id, texts);
    });
    await kit.versions.check(true);
  }
  const url = `${kit.settings.publicUrl}/callback/wecom/${corpId}/${agentId}`;
  await driver.post(`${place}/agents/${agentId}/callback`, { url, token, encodingAesKey });
  return parts.book.findByPlatformId('wecom', corpId)?.id ?? '';
}

async function shopOf(driver: SandboxDriver, place: string): Promise<number> {
  type Department = { id: number; name: string };
  const { departments } = await driver.get<{ departments: Department[] }>(`${place}/staff`);
  const known = departments.find(({ name }) => name === corp.department);
  if (known) return known.id;
  const made = await driver.post<Department>(`${place}/departments`, { name: corp.department });
  return made.id;
}

/** The directory, and whoever is a friend by then. */
async function readStaff(kit: Kit, accountId: string): Promise<void> {
  const id = await kit.db.transact((tx) => startContactSync(kit, tx, accountId, corp.name));
  kit.work.ring();
  await until(kit, 'the reps are known by name', async () => {
    const [row] = await kit.db.read.all<{ state: string }>(
      `SELECT state FROM progress WHERE id = ?`,
      [id],
    );
    return row?.state === 'done';
  });
}

async function makeWays(kit: Kit, accountId: string): Promise<void> {
  await kit.db.transact(async (tx) => {
    for (const way of demoNames.ways) {
      await addWay(kit, tx, WayForm.parse({ accountId, ...way }));
    }
  });
  kit.work.ring();
  await until(kit, 'the codes are made', async () => !(await hasWork(kit)));
}

async function linksByState(kit: Kit, accountId: string): Promise<Links> {
  const rows = await kit.db.read.all<{ state: string; configId: string }>(
    `SELECT state, configId FROM contact_way WHERE accountId = ? AND kind = 'link' AND configId IS NOT NULL`,
    [accountId],
  );
  return new Map(rows.map(({ state, configId }) => [state, configId]));
}

/** The past had its own hours: behind the codes stand those of today. */
async function settleWays(kit: Kit, accountId: string): Promise<void> {
  const ways = await kit.db.read.all<{ id: string; accountId: string }>(
    `SELECT id, accountId FROM contact_way WHERE accountId = ?`,
    [accountId],
  );
  await kit.db.transact(async (tx) => {
    for (const way of ways) await enqueueSettling(kit, tx, way, 'today');
  });
  kit.work.ring();
}

function actsOf(friend: DemoFriend): Act[] {
  const { follows, added, left, back, backTo, rep, source } = friend;
  const act = (what: Act['what'], daysAgo: number | undefined, how = { rep, source }): Act[] =>
    daysAgo === undefined ? [] : [{ what, daysAgo, friend, ...how }];
  return [
    ...act('follow', follows),
    ...act('add', added),
    ...act('leave', left),
    ...act('add', back, backTo),
  ];
}

/** Whose phone it is, by the name of somebody who was there before. */
function phoneOf(ids: Ids, name: string): string {
  for (const [friend, id] of ids) if (friend.name === name) return id;
  throw new Error(`nobody of the demo is called ${name}`);
}

async function perform(
  driver: SandboxDriver,
  appId: string,
  { ids, links }: { ids: Ids; links: Links },
  { what, friend, rep: userId, source }: Act,
): Promise<void> {
  const { name } = friend;
  const { corpId } = corp;
  if (what === 'follow') {
    const unionid = `uCamellia${String(friends.indexOf(friend)).padStart(3, '0')}`;
    const { openid } = await driver.post<{ openid: string }>('/people', { appId, name, unionid });
    await driver.post(`/people/${openid}/follow?settle=0`, { appId });
    ids.set(friend, openid);
    return;
  }
  const id =
    ids.get(friend) ??
    (await driver.post<{ personId: string }>('/wecom/people', { corpId, name })).personId;
  ids.set(friend, id);
  const linkId = links.get(source);
  const how =
    linkId === undefined
      ? { addWay: 1, userId, ...(source === '' ? {} : { state: source }) }
      : { linkId, customerChannel: source };
  const [action, body] = what === 'add' ? ['add-rep', how] : ['delete-rep', { userId }];
  await driver.post(`/wecom/people/${id}/${action}?settle=0`, { corpId, ...body });
}

/** By the rep's hand, as remarks and numbers are written. */
async function writeRemarks(kit: Kit, driver: SandboxDriver): Promise<void> {
  const contacts = await kit.db.read.all<{ name: string; externalUserId: string }>(
    `SELECT p.name, i.externalId AS externalUserId FROM contact_profile p
     JOIN identity i ON i.id = p.identityId`,
  );
  for (const { name, rep, remark, phone } of friends) {
    const contact = contacts.find((one) => one.name === name);
    if ((remark ?? phone) === undefined || !contact) continue;
    const { externalUserId } = contact;
    const path = `/wecom/corps/${corp.corpId}/staff/${rep}/edit-contact?settle=0`;
    const mobiles = phone === undefined ? undefined : [phone];
    await driver.post(path, { externalUserId, remark, mobiles });
  }
}
