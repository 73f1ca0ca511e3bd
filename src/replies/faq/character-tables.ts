import { inflateRawSync } from 'node:zlib';
import { RARITY } from './tables/rarity';
import { SIMPLIFIED } from './tables/simplified';
import { SYLLABLES } from './tables/syllables';

const FIRST = 0x4e00;
const rarities = unpack(RARITY);
const syllables = unpack(SYLLABLES);
const simplified = pairs(unpack(SIMPLIFIED).toString('utf16le'));

/** How rare a character is in general Chinese, 0 to 1; what the table does not know is rare. */
export function rarityOf(token: string): number {
  const byte = rarities[token.charCodeAt(0) - FIRST];
  return byte === undefined ? 1 : byte / 255;
}

/** A number for how the character sounds, typing confusions merged; 0 when it has no sound. */
export function syllableOf(token: string): number {
  const at = 2 * (token.charCodeAt(0) - FIRST);
  return at >= 0 && at + 1 < syllables.length ? syllables.readUInt16LE(at) : 0;
}

/** Traditional characters become simplified ones, character by character; length never changes. */
export function toSimplified(text: string): string {
  let changed = '';
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const other = simplified[code];
    if (other === undefined || other === 0) continue;
    changed += text.slice(copied, at) + String.fromCharCode(other);
    copied = at + 1;
  }
  return copied === 0 ? text : changed + text.slice(copied);
}

function unpack(table: string): Buffer {
  return inflateRawSync(Buffer.from(table, 'base64'));
}

function pairs(text: string): Uint16Array {
  const table = new Uint16Array(0xa000);
  for (let at = 0; at + 1 < text.length; at += 2) {
    table[text.charCodeAt(at)] = text.charCodeAt(at + 1);
  }
  return table;
}
