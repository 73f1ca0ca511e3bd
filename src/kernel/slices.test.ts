import { runAtOnce, runGently, type Steps } from './slices';

/** Steps of four milliseconds each. */
function* busy(steps: number): Steps<number> {
  for (let step = 0; step < steps; step++) {
    const until = performance.now() + 4;
    while (performance.now() < until);
    yield;
  }
  return steps;
}

test('gently comes to the same, and lets others run in between', async () => {
  let pauses = 0;

  const gently = await runGently(busy(9), () => {
    pauses++;
    return Promise.resolve();
  });

  expect([gently, runAtOnce(busy(9))]).toEqual([9, 9]);
  expect(pauses).toBeGreaterThanOrEqual(3);
});
