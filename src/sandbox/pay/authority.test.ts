import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAuthority } from './authority';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guanxi-authority-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('makes an authority once, and a server certificate for this machine', async () => {
  const first = await openAuthority(folder);
  const second = await openAuthority(folder);

  const ca = new X509Certificate(first.caPem);
  const server = new X509Certificate(first.server.certPem);
  expect(second.caPem).toBe(first.caPem);
  expect(ca.ca).toBe(true);
  expect(server.checkIssued(ca)).toBe(true);
  expect(server.verify(ca.publicKey)).toBe(true);
  expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(server.checkHost('localhost')).toBe('localhost');
});

test('issues a client certificate whose serial number is the one it tells', async () => {
  const authority = await openAuthority(folder);

  const issued = await authority.issueClient('1900000001', '山茶花');

  const certificate = new X509Certificate(issued.certPem);
  expect(certificate.serialNumber).toBe(issued.serialNo);
  expect(certificate.checkPrivateKey(createPrivateKey(issued.keyPem))).toBe(true);
  expect(certificate.publicKey.asymmetricKeyType).toBe('rsa');
  expect(certificate.subject).toContain('CN=1900000001');
});
