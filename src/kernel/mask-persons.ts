import { createHash } from 'node:crypto';

/**
 * openid, unionid and external user id: of a known length, or long and with a figure, which no word has. What stands
 * before may be a hyphen: a database names the parts of a key so.
 */
const outsideIds = [
  /(?<![A-Za-z0-9])(?=[\w-]*[A-Z0-9])(?:o[\w-]{27}|w[mo][\w-]{30})(?![\w-])/g,
  /(?<![A-Za-z0-9])(?=[\w-]*\d)(?:o|w[mo])[\w-]{20,}(?![\w-])/g,
];
const phone = /(?<![A-Za-z0-9])(?:\+?86[ -]?)?1[3-9]\d{9}(?![A-Za-z0-9])/g;

/** Four letters are left of an id: two of them can be told apart, and nobody is found by them. */
const markOf = (id: string) => `[id ${createHash('sha256').update(id).digest('hex').slice(0, 4)}]`;

/** A text for logs and for the causes of failures, which outlive whoever they are about. */
export const maskPersons = (text: string): string =>
  outsideIds
    .reduce((left, pattern) => left.replace(pattern, markOf), text)
    .replace(phone, '[phone]');
