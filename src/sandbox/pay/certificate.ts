import { createHash, createSign, type KeyObject } from 'node:crypto';
import {
  bits,
  explicit,
  implicit,
  integer,
  octets,
  oid,
  sequence,
  set,
  time,
  utf8,
  yes,
} from './der';

export type Purpose = 'authority' | 'server' | 'client';

export interface CertificateRequest {
  purpose: Purpose;
  commonName: string;
  organisation: string;
  publicKey: KeyObject;
  /** Hex digits. */
  serial: string;
  from: Date;
  until: Date;
  /** Who signs; for an authority its own name and key. */
  issuer: { commonName: string; organisation: string; key: KeyObject; publicKey: KeyObject };
}

const ids = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  organisation: '2.5.4.10',
  commonName: '2.5.4.3',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  alternativeNames: '2.5.29.17',
  subjectKey: '2.5.29.14',
  authorityKey: '2.5.29.35',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
};

/** An X.509 v3 certificate (RFC 5280), signed with an elliptic-curve key and SHA-256. Node can read certificates but not make them. */
export function makeCertificate(request: CertificateRequest): string {
  const algorithm = sequence(oid(ids.ecdsaWithSha256));
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.from(request.serial, 'hex')),
    algorithm,
    nameOf(request.issuer),
    sequence(time(request.from), time(request.until)),
    nameOf(request),
    request.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensionsOf(request))),
  );
  const signature = createSign('sha256').update(body).sign(request.issuer.key);
  return pem(sequence(body, algorithm, bits(signature)));
}

function nameOf(name: { organisation: string; commonName: string }): Buffer {
  const part = (id: string, text: string) => set(sequence(oid(id), utf8(text)));
  return sequence(part(ids.organisation, name.organisation), part(ids.commonName, name.commonName));
}

function extensionsOf(request: CertificateRequest): Buffer[] {
  const { purpose } = request;
  const critical = (id: string, value: Buffer) => sequence(oid(id), yes(), octets(value));
  const plain = (id: string, value: Buffer) => sequence(oid(id), octets(value));
  const shared = [
    plain(ids.subjectKey, octets(keyId(request.publicKey))),
    plain(ids.authorityKey, sequence(implicit(0, keyId(request.issuer.publicKey)))),
  ];
  if (purpose === 'authority') {
    const signsCertificatesAndLists = bits(Buffer.from([0x06]), 1);
    return [
      critical(ids.basicConstraints, sequence(yes())),
      critical(ids.keyUsage, signsCertificatesAndLists),
      ...shared,
    ];
  }
  // digitalSignature, and keyEncipherment where the key is RSA.
  const isRsa = request.publicKey.asymmetricKeyType === 'rsa';
  const usage = bits(Buffer.from([isRsa ? 0xa0 : 0x80]), isRsa ? 5 : 7);
  const use = purpose === 'server' ? ids.serverAuth : ids.clientAuth;
  const names = sequence(
    implicit(2, Buffer.from('localhost')),
    implicit(7, Buffer.from([127, 0, 0, 1])),
  );
  return [
    critical(ids.basicConstraints, sequence()),
    critical(ids.keyUsage, usage),
    plain(ids.extendedKeyUsage, sequence(oid(use))),
    ...(purpose === 'server' ? [plain(ids.alternativeNames, names)] : []),
    ...shared,
  ];
}

const keyId = (key: KeyObject) =>
  createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
