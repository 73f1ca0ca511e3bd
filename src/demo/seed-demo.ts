import { join } from 'node:path';
import {
  addAccount,
  connectSandboxAccount,
  openSandboxDriver,
  type SandboxDriver,
} from '../accounts';
import { addOperator, countOperators, prepareOperator } from '../console';
import { insertRows } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { keepPublishedMenu } from '../menus';
import { addScene, startFollowerSync } from '../relationships';
import { importTemplates, readTemplates, shippedTemplates } from '../replies';

import type { DemoParts } from './demo-parts';
import { addConversations } from './conversations';
import { addExamples } from './examples';
import { addFriends } from './friends';
import { seeder } from './seeder';
import { addSales } from './sales';
import { addSegments } from './segments';
import { writeHistory } from './history';
import { demoSignIns, makeDemoSignIns } from './sign-ins';
import { demoNames } from './words';

const demoSeed = 20_260_801;
const followerCount = 620;

/** Only an empty installation that runs by itself is filled with a demo. */
export async function shouldSeedDemo(kit: Kit): Promise<boolean> {
  const { settings } = kit;
  const isWanted = settings.demo ?? (settings.databaseUrl ? 'off' : 'on');
  if (isWanted === 'off' || !settings.isSandboxOn || settings.role !== 'all') return false;
  const [accounts] = await kit.db.read.all<{ n: number }>(`SELECT COUNT(*) AS n FROM account`);
  const operators = await countOperators(kit);
  const isUnfinished = demoSignIns(settings).length > 0 && operators === 0;
  return (accounts?.n === 0 && operators === 0) || isUnfinished;
}

/** The demo brand, through the same doors a real one uses. Operators come last: they mark a finished demo. */
export async function seedDemo(kit: Kit, parts: DemoParts): Promise<void> {
  const driver = openSandboxDriver(kit);
  const started = kit.clock.system();
  const signIns = makeDemoSignIns(kit.settings);
  const appId = 'wxdemo0camellia01';
  await connectSandboxAccount(kit, parts.book, driver, { name: demoNames.brand, appId });
  const mchId = await connectMerchant(kit, parts, driver, appId);
  await dressAccount(kit, parts, driver, appId);
  await importReplies(kit, parts, appId);
  await makeFollowers(kit, parts, driver, appId);
  await addFriends(kit, parts, driver, appId);
  const segments = await addSegments(kit);
  await addExamples(kit, parts, driver, { appId, mchId, segments });
  await addSales(kit, parts.book);
  await addConversations(kit, driver);
  for (const one of signIns) {
    const prepared = await prepareOperator(kit, { ...one, isDemo: true });
    await kit.db.transact((tx) => addOperator(tx, prepared));
  }
  kit.log.info('demo.seeded', { ms: kit.clock.system() - started, followers: followerCount });
}

type Merchant = {
  mchId: string;
  apiV2Key: string;
  apiV3Key: string;
  certPem: string;
  keyPem: string;
  serialNo: string;
  publicKeyPem: string;
  publicKeyId: string;
  caPem: string;
  payBaseUrl: string;
};

async function connectMerchant(
  kit: Kit,
  parts: DemoParts,
  driver: SandboxDriver,
  appId: string,
): Promise<string> {
  const made = await driver.post<Merchant>('/merchants', {
    name: demoNames.merchant,
    appIds: [appId],
    mchId: '1900000109',
    balanceFen: 5_000_000,
  });
  if (parts.book.findByPlatformId('merchant', made.mchId)) return made.mchId;
  const { apiV2Key, apiV3Key, certPem, keyPem, publicKeyPem, caPem } = made;
  await kit.db.transact((tx) =>
    addAccount(kit, tx, {
      kind: 'merchant',
      platformId: made.mchId,
      name: demoNames.merchant,
      world: 'sandbox',
      details: {
        payBaseUrl: made.payBaseUrl,
        serialNo: made.serialNo,
        publicKeyId: made.publicKeyId,
      },
      secrets: { apiV2Key, apiV3Key, certPem, keyPem, publicKeyPem, caPem },
    }),
  );
  await kit.versions.check(true);
  return made.mchId;
}

async function dressAccount(
  kit: Kit,
  parts: DemoParts,
  driver: SandboxDriver,
  appId: string,
): Promise<void> {
  const account = parts.book.findByPlatformId('official-account', appId);
  if (!account) throw new Error('the demo account is missing');
  const channel = parts.book.channelOrThrow(account.id);
  for (const template of [demoNames.template, demoNames.arrival]) {
    await driver.post('/templates', { appId, ...template });
  }
  const known = await kit.db.read.all<{ scene: string }>(
    `SELECT scene FROM scene WHERE accountId = ?`,
    [account.id],
  );
  for (const { scene, name } of demoNames.scenes) {
    if (known.some((row) => row.scene === scene)) continue;
    await addScene(kit, parts.book, parts.officialAccounts, { accountId: account.id, scene, name });
  }
  // WeChat knows a code by its scene only; the wall beside the phone shows what hangs there.
  const codes = await kit.db.read.all<{ ticket: string; name: string }>(
    `SELECT ticket, name FROM scene WHERE accountId = ?`,
    [account.id],
  );
  for (const { ticket, name } of codes) {
    await driver.patch(`/posters/${encodeURIComponent(ticket)}`, { name });
  }
  const menu = demoNames.menu.map(({ name, key }) => ({ name, action: 'click' as const, key }));
  await parts.officialAccounts.createMenu(channel, menu);
  const published = { accountId: account.id, menu, at: kit.clock.business(), by: demoNames.brand };
  await kit.db.transact((tx) => keepPublishedMenu(kit, tx, published));
}

async function makeFollowers(
  kit: Kit,
  parts: DemoParts,
  driver: SandboxDriver,
  appId: string,
): Promise<void> {
  const account = parts.book.findByPlatformId('official-account', appId);
  if (!account) throw new Error('the demo account is missing');
  await driver.post('/crowd', {
    appId,
    followers: followerCount,
    seed: demoSeed,
    spreadDays: 60,
    scenes: demoNames.scenes.flatMap(({ scene, weight }) =>
      Array.from({ length: Math.round(weight / 5) }, () => scene),
    ),
  });
  await kit.db.transact(async (tx) => {
    for (const field of [
      { ...demoNames.field, type: 'number' },
      { ...demoNames.birthday, type: 'date' },
    ]) {
      const row = {
        id: kit.newId(),
        fieldKey: field.key,
        name: field.name,
        type: field.type,
        options: '[]',
        createdAt: kit.clock.system(),
      };
      await insertRows(tx, 'field_definition', [row], { onConflict: ['fieldKey'] });
    }
  });
  const progressId = await kit.db.transact((tx) =>
    startFollowerSync(kit, tx, account.id, account.name),
  );
  kit.work.ring();
  await syncDone(kit, progressId);
  const followers = await kit.db.read.all<{
    id: string;
    personId: string;
    accountId: string;
    followedAt: number;
  }>(
    `SELECT id, personId, accountId, followedAt FROM identity WHERE accountId = ? ORDER BY externalId`,
    [account.id],
  );
  const [written] = await kit.db.read.all<{ n: number }>(
    `SELECT COUNT(*) AS n FROM identity WHERE externalId LIKE 'oLeft%'`,
  );
  if (written?.n) return;
  const said = await kit.db.transact((tx) =>
    writeHistory(kit, tx, parts.replies, account.id, followers, demoSeed),
  );
  for (const { answered, at } of said.sort((one, other) => one.at - other.at)) {
    parts.replies.count(answered, at, account.id);
  }
  await parts.replies.tally.flush();
}

async function syncDone(kit: Kit, progressId: string): Promise<void> {
  for (let waited = 0; waited < 300; waited += 1) {
    const [row] = await kit.db.read.all<{ state: string }>(
      `SELECT state FROM progress WHERE id = ?`,
      [progressId],
    );
    if (row?.state === 'done') return;
    await kit.clock.sleep(100);
  }
  throw new Error('the demo followers did not arrive');
}

async function importReplies(kit: Kit, parts: DemoParts, appId: string): Promise<void> {
  const account = parts.book.findByPlatformId('official-account', appId);
  const templates = await readTemplates(join(shippedTemplates(), 'beauty'));
  await importTemplates(kit, templates, { actor: seeder, accountId: account?.id ?? null });
  await kit.versions.check(true);
  await parts.replies.faqsAreLive();
}
