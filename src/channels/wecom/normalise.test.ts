import { dedupeKeyLimit, eventKeysOf, isMessage, type InboundEvent } from '../inbound-event';
import {
  agent,
  cdata,
  change,
  chat,
  contact,
  corpTag,
  detail,
  event,
  kfHead,
  read,
  receivedAt,
  room,
  said,
  samples,
  to,
  wm1,
} from '../../../test/fixtures/wecom-events';

test('there is a sample of every row of the sheet', () => {
  expect(samples.length).toBeGreaterThanOrEqual(84);
});

test.each(samples)('%s', (_name, found, expected) => {
  expect(found).toMatchObject({
    accountId: 'acc1',
    appId: agent.corpId,
    agentId: '1000002',
    at: 1_700_000_100_000,
    ...expected,
  });
});

test.each(samples)('%s: stays in its lane and its columns', (_name, found) => {
  expect(found.kind.length).toBeLessThanOrEqual(32);
  expect(found.dedupeKey).toMatch(/^[\x20-\x7e]+$/);
  expect(found.dedupeKey.length).toBeLessThanOrEqual(dedupeKeyLimit);
  expect(found.laneKey.startsWith('acc1:')).toBe(true);
  expect(found.laneKey.length).toBeGreaterThan('acc1:'.length);
  // Nothing of it is a follower's message, and no reply rule of an Official Account may answer it.
  expect(isMessage(found)).toBe(false);
  expect(eventKeysOf(found)).toEqual([]);
});

test('what happens to one customer stays in order, and rooms, staff and customers do not wait for each other', () => {
  const lanes = [
    contact('add_external_contact'),
    contact('del_follow_user'),
    chat('create'),
    detail('change_name'),
    said('text', cdata('Content', 'a')),
    corpTag('create', 'tag'),
  ].map((found) => found.laneKey);

  expect(lanes).toEqual([
    `acc1:${wm1}`,
    `acc1:${wm1}`,
    `acc1:room:${room}`,
    `acc1:room:${room}`,
    'acc1:staff:sales01',
    'acc1:tags',
  ]);
});

test('only an external contact is somebody of ours: staff and rooms have no openid', () => {
  expect(contact('del_follow_user').openid).toBe(wm1);
  expect(said('text', cdata('Content', 'a')).openid).toBe('');
  expect(chat('create').openid).toBe('');
});

test('two events of one second differ, and a repeat is the same', () => {
  const added = () => contact('add_external_contact', cdata('WelcomeCode', 'WC1'));
  const keys = [added(), contact('del_external_contact'), contact('del_follow_user')].map(
    (found) => found.dedupeKey,
  );

  expect(new Set(keys).size).toBe(3);
  expect(added().dedupeKey).toBe(keys[0]);
});

test.each<[string, InboundEvent, object]>([
  ['a new event', event('brand_new', cdata('X', '1')), { event: 'brand_new' }],
  ['a new kind of message', said('hologram', cdata('X', '1')), { messageType: 'hologram' }],
  [
    'a friend without a name',
    change('change_external_contact', 'add_external_contact', cdata('UserID', 'sales01')),
    { problem: 'fields' },
  ],
  [
    'a time that cannot be',
    read(
      `${to}<CreateTime>soon</CreateTime>${cdata('MsgType', 'event')}${cdata('Event', 'click')}`,
    ),
    { problem: 'create-time', at: receivedAt },
  ],
  [
    'a bell without an account',
    event('kf_msg_or_event', cdata('Token', 'T'), kfHead),
    { problem: 'fields' },
  ],
])('%s is kept as it came', (_name, found, expected) => {
  expect(found).toMatchObject({ kind: 'unknown', ...expected });
  expect(found.kind === 'unknown' && found.raw['ToUserName']).toBe(agent.corpId);
});
