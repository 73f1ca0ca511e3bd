import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  randomBytes,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeCertificate, type Purpose } from './certificate';

const makeKeys = promisify(generateKeyPair);
const YEAR = 365 * 86_400_000;
const self = { commonName: 'Guanxi sandbox CA (not WeChat)', organisation: 'Guanxi sandbox' };

export interface Issued {
  certPem: string;
  keyPem: string;
  /** Upper-case hex, as the merchant platform prints it. */
  serialNo: string;
}

/** The sandbox's own certificate authority. It signs the TLS server and the merchants' client certificates. */
export interface Authority {
  caPem: string;
  server: { certPem: string; keyPem: string };
  /** WeChat Pay's own key, with which API v3 answers and notifications are signed. */
  platform: { publicKeyPem: string; keyPem: string };
  issueClient: (mchId: string, name: string) => Promise<Issued>;
}

/** Reads the authority from `folder`, or makes it at first start. */
export async function openAuthority(folder: string): Promise<Authority> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const ca = (await readPair(folder, 'ca')) ?? (await makeAuthority(folder));
  const caKey = createPrivateKey(ca.keyPem);
  const issuer = { ...self, key: caKey, publicKey: createPublicKey(caKey) };
  const server = (await readPair(folder, 'server')) ?? (await makeServer(folder, issuer));
  return {
    caPem: ca.certPem,
    server,
    platform: await openPlatformKey(folder),
    issueClient: (mchId, name) => issue('client', mchId, name, issuer, 5 * YEAR),
  };
}

type Issuer = typeof self & { key: KeyObject; publicKey: KeyObject };

async function makeAuthority(folder: string): Promise<{ certPem: string; keyPem: string }> {
  const { publicKey, privateKey } = await makeKeys('ec', { namedCurve: 'P-256' });
  const issuer = { ...self, key: privateKey, publicKey };
  const certPem = certify(
    'authority',
    self.commonName,
    self.organisation,
    publicKey,
    issuer,
    20 * YEAR,
  ).certPem;
  return savePair(folder, 'ca', certPem, pemOf(privateKey));
}

async function makeServer(
  folder: string,
  issuer: Issuer,
): Promise<{ certPem: string; keyPem: string }> {
  const made = await issue('server', 'localhost', self.organisation, issuer, 2 * YEAR);
  return savePair(folder, 'server', made.certPem, made.keyPem);
}

async function issue(
  purpose: Purpose,
  commonName: string,
  organisation: string,
  issuer: Issuer,
  forMs: number,
): Promise<Issued> {
  // Merchants sign API v3 calls with this key, so theirs is RSA; the server's is made faster.
  const { publicKey, privateKey } =
    purpose === 'client'
      ? await makeKeys('rsa', { modulusLength: 2048 })
      : await makeKeys('ec', { namedCurve: 'P-256' });
  const { certPem, serialNo } = certify(
    purpose,
    commonName,
    organisation,
    publicKey,
    issuer,
    forMs,
  );
  return { certPem, serialNo, keyPem: pemOf(privateKey) };
}

function certify(
  purpose: Purpose,
  commonName: string,
  organisation: string,
  publicKey: KeyObject,
  issuer: Issuer,
  forMs: number,
): { certPem: string; serialNo: string } {
  const bytes = randomBytes(20);
  bytes[0] = 0x10 | ((bytes[0] ?? 0) & 0x6f);
  const serialNo = bytes.toString('hex').toUpperCase();
  const from = new Date(Date.now() - 86_400_000);
  const until = new Date(from.getTime() + forMs);
  const certPem = makeCertificate({
    purpose,
    commonName,
    organisation,
    publicKey,
    serial: serialNo,
    from,
    until,
    issuer,
  });
  return { certPem, serialNo };
}

async function openPlatformKey(folder: string): Promise<{ publicKeyPem: string; keyPem: string }> {
  const file = join(folder, 'platform.key');
  let keyPem = await readFile(file, 'utf8').catch(() => '');
  if (keyPem === '') {
    const { privateKey } = await makeKeys('rsa', { modulusLength: 2048 });
    keyPem = pemOf(privateKey);
    await writeFile(file, keyPem, { mode: 0o600 });
  }
  const publicKeyPem = createPublicKey(keyPem).export({ type: 'spki', format: 'pem' }).toString();
  return { publicKeyPem, keyPem };
}

const pemOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** The pair on disk; undefined when it is absent or about to run out. */
async function readPair(
  folder: string,
  name: string,
): Promise<{ certPem: string; keyPem: string } | undefined> {
  try {
    const certPem = await readFile(join(folder, `${name}.pem`), 'utf8');
    const keyPem = await readFile(join(folder, `${name}.key`), 'utf8');
    const validTo = Date.parse(new X509Certificate(certPem).validTo);
    return validTo - Date.now() > 7 * 86_400_000 ? { certPem, keyPem } : undefined;
  } catch {
    return undefined;
  }
}

async function savePair(
  folder: string,
  name: string,
  certPem: string,
  keyPem: string,
): Promise<{ certPem: string; keyPem: string }> {
  await writeFile(join(folder, `${name}.key`), keyPem, { mode: 0o600 });
  await writeFile(join(folder, `${name}.pem`), certPem);
  return { certPem, keyPem };
}
