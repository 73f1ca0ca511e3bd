import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { AccountBook } from '../../../src/accounts';
import { addCampaign, startCampaign } from '../../../src/campaigns';
import type { OfficialAccountClient } from '../../../src/channels/official-account';
import { permissions, type Actor } from '../../../src/kernel/access';
import { insertRows } from '../../../src/kernel/database';
import type { RunningKit } from '../../../src/open-kit';
import type { Sending } from '../../../src/sending';
import { freePort } from '../../support/servers';

/** A sandbox in a process of its own, a crowd of followers in it, and a campaign to all of them. */
export const actor: Actor = {
  kind: 'system',
  id: 'bench',
  name: 'bench',
  permissions: new Set(permissions),
  accountIds: 'all',
};
const message = {
  type: 'template' as const,
  templateId: 'bench-template',
  data: { thing1: "{{ person.name | default: '会员' }}", number2: '120', date3: '{{ today }}' },
};

export async function startSandbox(folder: string): Promise<{ url: string; child: ChildProcess }> {
  const port = await freePort();
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: join(__dirname, '../../..'),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'development',
      ROLE: 'sandbox',
      PORT: String(port),
      DATA_DIR: folder,
      LOG_LEVEL: 'warn',
    },
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 600; tries += 1) {
    const up = await fetch(`${url}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (up) return { url, child };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the sandbox did not start');
}

export async function sandboxCall<T>(
  url: string,
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  const answer = await fetch(`${url}/sandbox/api${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

export type SandboxAccount = {
  appId: string;
  appSecret: string;
  token: string;
  encodingAesKey: string;
};

export async function makeCrowd(url: string, followers: number): Promise<SandboxAccount> {
  const account = await sandboxCall<SandboxAccount>(url, 'POST', '/accounts', {
    kind: 'official-account',
    name: 'bench',
  });
  const { appId } = account;
  await sandboxCall(url, 'PATCH', `/accounts/${appId}`, {
    quotas: { 'template-send': 10_000_000, 'user-get': 10_000 },
  });
  await sandboxCall(url, 'POST', '/templates', {
    appId,
    templateId: message.templateId,
    title: '会员积分到期提醒',
    content: '会员：{{thing1.DATA}}\n积分：{{number2.DATA}}\n到期：{{date3.DATA}}',
  });
  await sandboxCall(url, 'POST', '/crowd', { appId, followers });
  return account;
}

export async function addFollowers(kit: RunningKit, accountId: string, openids: readonly string[]) {
  const at = kit.clock.business();
  const rows = openids.map((externalId) => ({
    id: kit.newId(),
    accountId,
    kind: 'follower',
    externalId,
    personId: kit.newId(),
    state: 'following',
    stateAt: at,
    firstFollowedAt: at,
    followedAt: at,
    followCount: 1,
    createdAt: at,
  }));
  await kit.db.group(async (raw) => {
    const people = rows.map((row) => ({ id: row.personId, displayName: null, createdAt: at }));
    await insertRows(raw, 'person', people);
    await insertRows(raw, 'identity', rows);
  });
}

/** Everybody the sandbox lists becomes a follower of ours, without a call for each. */
export async function readFollowers(
  kit: RunningKit,
  { book, client }: Pick<CampaignParts, 'book' | 'client'>,
  accountId: string,
): Promise<void> {
  const channel = book.channelOrThrow(accountId);
  let after: string | undefined;
  do {
    const page = await client.listFollowers(channel, after);
    await addFollowers(kit, accountId, page.openids);
    after = page.next;
  } while (after !== undefined && after !== '');
}

type CampaignParts = { sending: Sending; book: AccountBook; client: OfficialAccountClient };

export async function launch(
  kit: RunningKit,
  world: { appId: string; parts: CampaignParts },
): Promise<string> {
  const segmentId = kit.newId();
  const segment = {
    id: segmentId,
    name: 'all',
    rule: '{"all":[]}',
    version: 1,
    createdAt: 1,
    updatedAt: 1,
  };
  await kit.db.transact((tx) => insertRows(tx, 'segment', [segment]));
  const { campaign } = await addCampaign(
    kit,
    world.parts,
    actor,
    { name: 'bench', segmentId, appId: world.appId, message, schedule: null },
    'zh-CN',
  );
  await startCampaign(kit, world.parts, actor, campaign.id);
  const [run] = await kit.db.read.all<{ id: string }>(
    `SELECT id FROM campaign_run WHERE campaignId = ?`,
    [campaign.id],
  );
  return run?.id ?? '';
}

export async function freshDatabase(url: string): Promise<string> {
  const { createConnection } = await import('mysql2/promise');
  const admin = await createConnection(url);
  await admin.query('CREATE DATABASE bench CHARACTER SET utf8mb4 COLLATE utf8mb4_bin');
  await admin.end();
  return `${url}/bench`;
}
