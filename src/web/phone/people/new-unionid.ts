/** As one that WeChat gives: all accounts that share it know that it is one person. */
export function newUnionid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `u${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
