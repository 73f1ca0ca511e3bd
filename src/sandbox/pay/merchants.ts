import { X509Certificate } from 'node:crypto';
import { randomDigits, randomHex } from '../random';
import type { World } from '../world';

/** The merchant's limits; the defaults are those of the official page. */
export interface Limits {
  /** Calls of sendredpack in any one second of system time; 0 switches it off. */
  ratePerSecond: number;
  minFen: number;
  maxFen: number;
  userPacketsPerDay: number;
  userFenPerDay: number;
  dayFen: number;
  /** Shortest time between two tries of one number; the documentation says 1,000. */
  sameOrderGapMs: number;
  clientIps: string[] | null;
}

export const defaultLimits: Limits = {
  ratePerSecond: 30,
  minFen: 100,
  maxFen: 20_000,
  userPacketsPerDay: 10,
  userFenPerDay: 100_000,
  dayFen: 100_000_000,
  sameOrderGapMs: 0,
  clientIps: null,
};

export interface Merchant {
  mchId: string;
  name: string;
  apiV2Key: string;
  apiV3Key: string;
  certPem: string;
  keyPem: string;
  serialNo: string;
  fingerprint: string;
  publicKeyPem: string;
  publicKeyId: string;
  balanceFen: number;
  limits: Limits;
  frozen: number;
  apiClosed: number;
}

type Row = Omit<Merchant, 'limits'> & { limits: string };

function fromRow(row: Row): Merchant {
  return { ...row, limits: { ...defaultLimits, ...(JSON.parse(row.limits) as Partial<Limits>) } };
}

export function merchantOf(world: World, mchId: string): Merchant | undefined {
  const row = world.store.sql<Row>('SELECT * FROM merchant WHERE mchId = ?').get(mchId);
  return row && fromRow(row);
}

export function listMerchants(world: World): Merchant[] {
  return world.store
    .sql<Row>('SELECT * FROM merchant ORDER BY createdAt, mchId')
    .all()
    .map(fromRow);
}

export function appsOf(world: World, mchId: string): string[] {
  return world.store
    .sql<{ appId: string }>('SELECT appId FROM merchant_app WHERE mchId = ? ORDER BY appId')
    .all(mchId)
    .map((row) => row.appId);
}

export interface NewMerchant {
  name: string;
  appIds: string[];
  mchId?: string | undefined;
  balanceFen?: number | undefined;
  limits?: Partial<Limits> | undefined;
}

/** A merchant with obviously false numbers and keys of its own; opened with money unless told otherwise. */
export async function addMerchant(world: World, wanted: NewMerchant): Promise<Merchant> {
  const mchId = wanted.mchId ?? `19${randomDigits(8)}`;
  const issued = await world.authority.issueClient(mchId, wanted.name);
  const { platform } = world.authority;
  const balanceFen = wanted.balanceFen ?? 100_000_000;
  const now = world.clock.now();
  await world.store.write(() => {
    world.store
      .sql(
        `INSERT INTO merchant (mchId, name, apiV2Key, apiV3Key, certPem, keyPem, serialNo, fingerprint, publicKeyPem,
         publicKeyId, balanceFen, limits, createdAt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...[
          mchId,
          wanted.name,
          randomHex(16),
          randomHex(16),
          issued.certPem,
          issued.keyPem,
          issued.serialNo,
        ],
        ...[new X509Certificate(issued.certPem).fingerprint256],
        ...[platform.publicKeyPem, `PUB_KEY_ID_${randomDigits(26)}`],
        ...[balanceFen, JSON.stringify(wanted.limits ?? {}), now],
      );
    for (const appId of wanted.appIds) {
      world.store
        .sql('INSERT OR IGNORE INTO merchant_app (mchId, appId) VALUES (?, ?)')
        .run(mchId, appId);
    }
    world.store
      .sql(`INSERT INTO purse (at, mchId, kind, amountFen) VALUES (?, ?, 'opened', ?)`)
      .run(now, mchId, balanceFen);
  });
  const made = merchantOf(world, mchId);
  if (!made) throw new Error('the merchant was not written');
  return made;
}

export interface MerchantChange {
  balanceFen?: number | undefined;
  topUpFen?: number | undefined;
  limits?: Partial<Limits> | undefined;
  frozen?: boolean | undefined;
  apiClosed?: boolean | undefined;
}

export async function changeMerchant(
  world: World,
  merchant: Merchant,
  change: MerchantChange,
): Promise<void> {
  await world.store.write(() => {
    const present = merchantOf(world, merchant.mchId) ?? merchant;
    const added =
      change.topUpFen ??
      (change.balanceFen === undefined ? 0 : change.balanceFen - present.balanceFen);
    if (added !== 0) {
      world.store
        .sql('UPDATE merchant SET balanceFen = balanceFen + ? WHERE mchId = ?')
        .run(added, merchant.mchId);
      world.store
        .sql(`INSERT INTO purse (at, mchId, kind, amountFen) VALUES (?, ?, 'top-up', ?)`)
        .run(world.clock.now(), merchant.mchId, added);
    }
    world.store
      .sql('UPDATE merchant SET limits = ?, frozen = ?, apiClosed = ? WHERE mchId = ?')
      .run(
        JSON.stringify({ ...present.limits, ...change.limits }),
        Number(change.frozen ?? present.frozen === 1),
        Number(change.apiClosed ?? present.apiClosed === 1),
        merchant.mchId,
      );
  });
}
