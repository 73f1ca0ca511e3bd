/** How a rep and a customer came together, by the platform's number. Those from 13 on are remembered, not documented. */
export const addWays: Readonly<Record<number, string>> = {
  0: 'unknown',
  1: 'qr-code',
  2: 'phone-search',
  3: 'card',
  4: 'room',
  5: 'address-book',
  6: 'wechat-contact',
  7: 'wechat-request',
  8: 'third-party',
  9: 'mail-search',
  10: 'channels',
  11: 'calendar',
  12: 'meeting',
  13: 'wechat-friend',
  14: 'hardware',
  15: 'on-site-service',
  16: 'acquisition-link',
  17: 'custom',
  18: 'demand-reply',
  21: 'pre-sales',
  22: 'partner',
  24: 'request-to-wechat',
  201: 'shared-by-colleague',
  202: 'assigned-by-admin',
};

export const addWayName = (addWay: number): string => addWays[addWay] ?? 'unknown';
