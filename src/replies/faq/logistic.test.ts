import { fitRisingLine, logitOf, type Case } from './logistic';

function fit(cases: readonly Case[]) {
  const steps = fitRisingLine(cases);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

test('the line separates what was right from what was wrong', () => {
  const cases = Array.from({ length: 40 }, (_, at) => ({
    features: [at / 40, 0.5],
    right: at >= 20,
    weight: 1 / 40,
  }));

  const line = fit(cases);

  expect(logitOf(line, [0.9, 0.5])).toBeGreaterThan(0);
  expect(logitOf(line, [0.1, 0.5])).toBeLessThan(0);
});

test('a feature that happens to speak against answering is ignored', () => {
  const cases = Array.from({ length: 40 }, (_, at) => ({
    features: [at / 40, 1 - at / 40 + (at % 3) / 10],
    right: at >= 20,
    weight: 1 / 40,
  }));

  const line = fit(cases);

  expect(line.slopes.every((slope) => slope >= 0)).toBe(true);
});

test('features without any spread give a finite line', () => {
  const cases = [true, false].map((right) => ({ features: [1, 1, 1], right, weight: 0.5 }));

  const line = fit(cases);

  expect(Number.isFinite(logitOf(line, [1, 1, 1]))).toBe(true);
});
