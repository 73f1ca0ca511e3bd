import { networkInterfaces } from 'node:os';

/** An IPv4 address as others write it, that is not this machine talking to itself and not a group. */
export function isHostIpv4(address: string): boolean {
  const octets = address.split('.');
  if (octets.length !== 4 || !octets.every((one) => /^(0|[1-9]\d{0,2})$/.test(one))) return false;
  const [first = 0, ...rest] = octets.map(Number);
  return rest.every((one) => one <= 255) && first > 0 && first < 224 && first !== 127;
}

const isPrivate = (address: string): boolean =>
  /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
    address,
  );

/** This machine's IPv4 address towards the outside, a public one first; undefined without a network. */
export function ownIpv4(interfaces = networkInterfaces()): string | undefined {
  const own = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(
      ({ family, internal, address }) => family === 'IPv4' && !internal && isHostIpv4(address),
    )
    .map(({ address }) => address);
  return own.find((address) => !isPrivate(address)) ?? own[0];
}

/**
 * Whether a host, as `URL` writes it, is of this machine or of a network inside: no phone outside gets there, and
 * what does is not meant to be sent anywhere.
 */
export function isInnerHost(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, '');
  // Addresses of the open IPv6 net begin with 2 or 3.
  if (host.startsWith('[')) return !/^\[[23]/.test(host);
  if (/^\d+(\.\d+){3}$/.test(host)) return !isHostIpv4(host) || isPrivate(host);
  return !host.includes('.') || /\.(?:localhost|local|internal)$/.test(host);
}
