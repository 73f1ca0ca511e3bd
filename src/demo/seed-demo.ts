import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { addAccount, type AccountBook } from '../accounts';
import type { OfficialAccountClient } from '../channels/official-account';
import { addOperator, countOperators, prepareOperator } from '../console';
import { permissions, type Actor } from '../kernel/access';
import { insertRows } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { addScene, startFollowerSync } from '../relationships';
import { importTemplates, readTemplates } from '../replies';
import { addSegment } from '../segments';
import { openSandboxDriver, type SandboxDriver } from './sandbox-driver';
import { writeHistory } from './history';
import { demoSignIns, makeDemoSignIns } from './sign-ins';
import { demoNames } from './words';

export type DemoParts = {
  book: AccountBook;
  officialAccounts: OfficialAccountClient;
};

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
  const appId = await connectOfficialAccount(kit, parts, driver);
  await connectMerchant(kit, parts, driver, appId);
  await dressAccount(kit, parts, driver, appId);
  await importReplies(kit, parts, appId);
  await makeFollowers(kit, parts, driver, appId);
  await addSegments(kit);
  for (const one of signIns) {
    const prepared = await prepareOperator(kit, { ...one, isDemo: true });
    await kit.db.transact((tx) => addOperator(tx, prepared));
  }
  kit.log.info('demo.seeded', { ms: kit.clock.system() - started, followers: followerCount });
}

type Issued = {
  appId: string;
  appSecret: string;
  originalId: string;
  token: string;
  encodingAesKey: string;
};

async function connectOfficialAccount(
  kit: Kit,
  parts: DemoParts,
  driver: SandboxDriver,
): Promise<string> {
  const issued = await driver.post<Issued>('/accounts', {
    kind: 'official-account',
    name: demoNames.brand,
    appId: 'wxdemo0camellia01',
  });
  const { appId, appSecret, originalId, token, encodingAesKey } = issued;
  if (!parts.book.findByPlatformId('official-account', appId)) {
    await kit.db.transact((tx) =>
      addAccount(kit, tx, {
        kind: 'official-account',
        platformId: appId,
        originalId,
        name: demoNames.brand,
        world: 'sandbox',
        secrets: { appSecret, token, encodingAesKey },
      }),
    );
    await kit.versions.check(true);
  }
  await driver.post(`/accounts/${appId}/callback`, {
    url: `${kit.settings.publicUrl}/callback/official-account/${appId}`,
    token,
    encodingAesKey,
    mode: 'secure',
  });
  return appId;
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
): Promise<void> {
  const made = await driver.post<Merchant>('/merchants', {
    name: demoNames.merchant,
    appIds: [appId],
    mchId: '1900000109',
    balanceFen: 5_000_000,
  });
  if (parts.book.findByPlatformId('merchant', made.mchId)) return;
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
  for (const [place, template] of [demoNames.template, demoNames.arrival].entries()) {
    const templateId = `TPLdemo${String(place + 1).padStart(2, '0')}camellia000000000000000000000000000`;
    await driver.post('/templates', { appId, templateId, ...template });
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
  await parts.officialAccounts.createMenu(
    channel,
    demoNames.menu.map(({ name, key }) => ({ name, action: 'click' as const, key })),
  );
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
  await kit.db.transact((tx) => writeHistory(kit, tx, account.id, followers, demoSeed));
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

const seeder: Actor = {
  kind: 'system',
  id: 'demo',
  name: 'demo',
  permissions: new Set(permissions),
  accountIds: 'all',
};

async function importReplies(kit: Kit, parts: DemoParts, appId: string): Promise<void> {
  const account = parts.book.findByPlatformId('official-account', appId);
  const templates = await readTemplates(templatesFolder());
  await importTemplates(kit, templates, { actor: seeder, accountId: account?.id ?? null });
}

async function addSegments(kit: Kit): Promise<void> {
  const [known] = await kit.db.read.all<{ n: number }>(`SELECT COUNT(*) AS n FROM segment`);
  if (known?.n) return;
  const following = { field: 'state', op: 'is', value: ['following'] };
  await addSegment(kit, seeder, {
    name: demoNames.segments.members,
    rule: {
      all: [
        following,
        { field: 'sourceScene', op: 'is', value: ['shop_jingan'] },
        { field: 'tag', op: 'has-any', value: [demoNames.tags[0]] },
      ],
    },
  });
  await addSegment(kit, seeder, {
    name: demoNames.segments.silent,
    rule: { all: [following, { field: 'lastActiveAt', op: 'not-within', value: 30 }] },
  });
}

function templatesFolder(): string {
  const folders = [join(__dirname, '../../templates'), join(__dirname, '../../../templates')];
  return folders.find((folder) => existsSync(join(folder, 'replies.yaml'))) ?? 'templates';
}
