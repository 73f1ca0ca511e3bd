import { Breaker } from './breaker';

function failing(times: number): Breaker {
  const breaker = new Breaker();
  for (let nth = 0; nth < times; nth += 1) {
    breaker.enter(0);
    breaker.failed(0);
  }
  return breaker;
}

describe('the breaker', () => {
  test('lets four failures in a row pass, and starts to count again after a success', () => {
    const breaker = failing(4);
    breaker.enter(0);
    breaker.succeeded();
    breaker.enter(0);
    breaker.failed(0);

    expect(breaker.state(0)).toBe('closed');
  });

  test('opens after five, and then lets one through, and only one', () => {
    const breaker = failing(5);

    expect(breaker.enter(29_999)).toBe(false);
    expect(breaker.state(30_000)).toBe('half-open');
    expect([breaker.enter(30_000), breaker.enter(30_001)]).toEqual([true, false]);
  });

  test('closes when that one succeeds, and opens again when it fails', () => {
    const mended = failing(5);
    mended.enter(30_000);
    mended.succeeded();
    const broken = failing(5);
    broken.enter(30_000);
    broken.failed(33_000);

    expect(mended.state(30_001)).toBe('closed');
    expect(broken.state(62_999)).toBe('open');
    expect(broken.state(63_000)).toBe('half-open');
  });
});
