import {
  createCipheriv,
  createDecipheriv,
  randomFillSync,
  type Cipher,
  type Decipher,
} from 'node:crypto';

const block = 32;
const prefixLength = 16;
const headLength = prefixLength + 4;

/**
 * AES-256-CBC of an account, with its fixed initialisation vector. Setting up a cipher costs more than sealing
 * a message with it, so one is kept for each direction. A kept one goes on from the block before instead of
 * from the vector; that reaches only the first block of a message, which is its random prefix.
 */
export class AesKey {
  private readonly vector: Buffer;
  private readonly cipher: Cipher;
  private readonly decipher: Decipher;
  private before: Buffer;

  constructor(key: Buffer) {
    this.vector = key.subarray(0, prefixLength);
    this.before = this.vector;
    this.cipher = createCipheriv('aes-256-cbc', key, this.vector).setAutoPadding(false);
    this.decipher = createDecipheriv('aes-256-cbc', key, this.vector).setAutoPadding(false);
  }

  /** Whole blocks in, whole blocks out; the prefix comes out changed, as nobody reads it. */
  open(sealed: Buffer): Buffer {
    return this.decipher.update(sealed);
  }

  /** The bytes that a new cipher would make; `plain` is used up. */
  seal(plain: Buffer): Buffer {
    for (let at = 0; at < prefixLength; at += 1) {
      plain[at] = byte(plain, at) ^ byte(this.before, at) ^ byte(this.vector, at);
    }
    const sealed = this.cipher.update(plain);
    this.before = Buffer.from(sealed.subarray(-prefixLength));
    return sealed;
  }
}

const byte = (bytes: Buffer, at: number) => bytes[at] ?? 0;

/** The 43rd character may carry spare bits, so the decoder must be a lenient one. */
export function aesKeyFrom(encodingAesKey: string): AesKey | undefined {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  return key.length === 32 ? new AesKey(key) : undefined;
}

/**
 * Opens one ciphertext, or says nothing at all about why it could not.
 * Padding is PKCS#7 on blocks of 32: the cipher's own unpadder knows 16 only and would fail on half of all messages.
 */
export function decrypt(aes: AesKey, base64: string, appId: string): Buffer | undefined {
  const sealed = decodeBase64(base64);
  if (!sealed || sealed.length === 0 || sealed.length % block !== 0) return undefined;
  const plain = aes.open(sealed);
  const end = withoutPadding(plain);
  if (end === undefined || end < headLength) return undefined;
  const messageEnd = headLength + plain.readUInt32BE(prefixLength);
  if (messageEnd > end) return undefined;
  const owner = plain.toString('latin1', messageEnd, end);
  return owner === appId ? plain.subarray(headLength, messageEnd) : undefined;
}

/** Seals one message for `appId`; `prefix` is sixteen random bytes unless a test vector asks for others. */
export function encrypt(
  aes: AesKey,
  message: string,
  appId: string,
  prefix = randomPrefix(),
): string {
  const messageLength = Buffer.byteLength(message);
  const length = headLength + messageLength + appId.length;
  const padding = block - (length % block);
  const plain = Buffer.alloc(length + padding, padding);
  prefix.copy(plain, 0, 0, prefixLength);
  plain.writeUInt32BE(messageLength, prefixLength);
  plain.write(message, headLength, 'utf8');
  plain.write(appId, headLength + messageLength, 'latin1');
  return aes.seal(plain).toString('base64');
}

/** Where the content ends, or undefined unless the padding is 1–32 bytes that all say so. */
function withoutPadding(plain: Buffer): number | undefined {
  const count = plain[plain.length - 1] ?? 0;
  if (count < 1 || count > block) return undefined;
  const end = plain.length - count;
  for (let at = end; at < plain.length; at += 1) if (plain[at] !== count) return undefined;
  return end;
}

/** Node skips what is not base64; a text that does not encode back to itself is not one of theirs. */
function decodeBase64(text: string): Buffer | undefined {
  if (text.length % 4 !== 0) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

const pool = Buffer.alloc(prefixLength * 256);
let used = pool.length;

function randomPrefix(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += prefixLength;
  return pool.subarray(used - prefixLength, used);
}
