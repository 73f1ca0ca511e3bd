import {
  correctWindow,
  defaultQuotas,
  openWindow,
  spendWindow,
  windowRoom,
  type WindowState,
} from './customer-service-window';

const start = 1_700_000_000_000;
const minute = 60_000;
const hours = (count: number) => count * 60 * minute;

/** Spends until nothing is left and says how many messages that were. */
function spendAll(state: WindowState, now: number): number {
  let left: WindowState | undefined = state;
  for (let count = 0; ; count += 1) {
    left = spendWindow(left, now);
    if (!left) return count;
  }
}

test('a message opens five messages for 48 hours, and no sixth', () => {
  const state = openWindow({}, 'said', start);

  expect(windowRoom(state, start)).toEqual({ open: true, left: 5, until: start + hours(48) });
  expect(spendAll(state, start + hours(47))).toBe(5);
  expect(windowRoom(state, start + hours(48))).toEqual({ open: false, reason: 'closed' });
});

test.each(['menu', 'followed', 'scanned'] as const)(
  '%s opens three messages for a minute',
  (trigger) => {
    const state = openWindow({}, trigger, start);

    expect(spendAll(state, start + minute - 1)).toBe(3);
    expect(spendAll(state, start + minute)).toBe(0);
  },
);

test('a payment opens 48 hours without a count', () => {
  const state = openWindow({}, 'paid', start);

  expect(spendWindow(state, start)).toEqual(state);
  expect(windowRoom(state, start + hours(47))).toMatchObject({ open: true });
  expect(windowRoom(state, start + hours(48))).toMatchObject({ open: false });
});

test('a new message starts afresh and does not add', () => {
  const spent = spendWindow(openWindow({}, 'said', start), start)!;

  const again = openWindow(spent, 'said', start + hours(1));

  expect(windowRoom(again, start + hours(1))).toMatchObject({ left: 5, until: start + hours(49) });
});

test('a late delivery of an older message neither shortens nor refills', () => {
  const spent = spendWindow(openWindow({}, 'said', start + hours(1)), start + hours(1))!;

  expect(openWindow(spent, 'said', start)).toEqual(spent);
});

test('pools are separate, and what ends first is spent first', () => {
  const state = openWindow(openWindow({}, 'said', start), 'menu', start);

  const after = spendWindow(state, start);

  expect(windowRoom(state, start)).toMatchObject({ left: 8, until: start + hours(48) });
  expect(after).toEqual({
    said: { left: 5, until: start + hours(48) },
    menu: { left: 2, until: start + minute },
  });
  expect(spendAll(state, start)).toBe(8);
});

test('a window that is used up is told from one that is closed', () => {
  const usedUp = { said: { left: 0, until: start + 1 } };

  expect(windowRoom(usedUp, start)).toEqual({ open: false, reason: 'used-up' });
  expect(windowRoom({}, start)).toEqual({ open: false, reason: 'closed' });
});

test("WeChat's refusals correct our books", () => {
  const state = openWindow(openWindow({}, 'said', start), 'menu', start);

  expect(windowRoom(correctWindow(state, 'window-closed', start), start)).toMatchObject({
    reason: 'closed',
  });
  expect(windowRoom(correctWindow(state, 'window-used-up', start), start)).toMatchObject({
    reason: 'used-up',
  });
});

test('quotas are settings', () => {
  const quotas = { ...defaultQuotas, said: { count: 20, ms: hours(48) } };

  expect(spendAll(openWindow({}, 'said', start, quotas), start)).toBe(20);
});
