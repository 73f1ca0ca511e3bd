import { readKfMessage } from '../channels/wecom/kf-message';
import type { JsonObject } from '../channels/wire/json';
import { eventOfKf } from './kf-events';

const place = { accountId: 'A', corpId: 'ww1', agentId: '1000002', kfId: 'wk1' };
const world = { late: undefined, nameOf: (userId: string) => `${userId}!` };
const ids = { open_kfid: 'wk1', external_userid: 'wmA' };
const eventOf = (body: JsonObject) =>
  eventOfKf(place, readKfMessage({ msgid: 'm1', send_time: 1_700_000_000, ...body }), world);
const said = (msgtype: string, part: JsonObject) =>
  eventOf({ ...ids, origin: 3, msgtype, [msgtype]: part });
const happened = (event: JsonObject) =>
  eventOf({ origin: 4, msgtype: 'event', event: { ...event, ...ids } });

test('words of a customer are a message like any other, and say where they were said', () => {
  expect(said('text', { content: '在吗', menu_id: 'faq:1' })).toEqual({
    ...{ kind: 'text', text: '在吗', menuChoiceId: 'faq:1', messageId: 'm1' },
    ...{ accountId: 'A', appId: 'ww1', openid: 'wmA', laneKey: 'A:wmA', dedupeKey: 'kf:m1' },
    ...{ at: 1_700_000_000_000, kf: { kfId: 'wk1', agentId: '1000002' } },
  });
});

test.each([
  ['image', { media_id: 'M' }, { kind: 'image', mediaId: 'M' }],
  ['voice', { media_id: 'M' }, { kind: 'voice', mediaId: 'M' }],
  ['video', { media_id: 'M' }, { kind: 'video', mediaId: 'M' }],
  ['location', { latitude: 31.2, address: '静安' }, { kind: 'location', label: '静安' }],
  ['link', { title: '晒单', url: 'https://e.x' }, { kind: 'link', title: '晒单' }],
  ['miniprogram', { title: '商城' }, { kind: 'link', title: '商城' }],
  ['channels_shop_order', { order_id: '1' }, { kind: 'link', title: 'channels_shop_order' }],
])('a %s', (type, part, expected) => {
  expect(said(type, part)).toMatchObject(expected);
});

test('what staff say and do in WeCom carries their name', () => {
  const words = { ...ids, origin: 5, servicer_userid: 'zhou', msgtype: 'text' };
  const change = { event_type: 'session_status_change' };

  expect(eventOf({ ...words, text: { content: '好的' } })).toMatchObject({
    ...{ kind: 'kf-servicer-said', userId: 'zhou', name: 'zhou!', text: '好的', kfId: 'wk1' },
  });
  expect(happened({ ...change, change_type: 1, new_servicer_userid: 'zhou' })).toMatchObject({
    ...{ kind: 'kf-session-changed', to: 'person', name: 'zhou!' },
  });
  expect(happened({ ...change, change_type: 3, old_servicer_userid: 'zhou' })).toMatchObject({
    ...{ kind: 'kf-session-changed', to: 'ended', name: 'zhou!' },
  });
});

test('what concerns nobody, or cannot be attributed, is no event', () => {
  const status = { event_type: 'servicer_status_change', servicer_userid: 'zhou', status: 1 };

  expect(happened(status)).toBeUndefined();
  expect(happened({ event_type: 'something_new' })).toBeUndefined();
  expect(eventOf({ ...ids, external_userid: 'x y', origin: 3, msgtype: 'text' })).toBeUndefined();
  expect(eventOf({ ...ids, msgid: '', origin: 3, msgtype: 'text' })).toBeUndefined();
});
