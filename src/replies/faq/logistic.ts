/** One remembered case: what was seen, whether answering was right, and how much it matters. */
export interface Case {
  readonly features: readonly number[];
  readonly right: boolean;
  readonly weight: number;
}

/** `logit = intercept + Σ slope · feature`; answering is more right than wrong above 0. */
export interface Line {
  readonly intercept: number;
  readonly slopes: readonly number[];
}

const PENALTY = 0.01;
const STEPS = 12;

/**
 * Logistic regression in which no feature may speak against answering: with few cases a slope can
 * come out negative by chance, and then a better match would be trusted less.
 */
export function* fitRisingLine(cases: readonly Case[]): Generator<void, Line> {
  const line = yield* fitLine(cases);
  if (line.slopes.every((slope) => slope >= 0)) return line;
  const muted = cases.map((one) => ({
    ...one,
    features: one.features.map((value, at) => ((line.slopes[at] ?? 0) < 0 ? 0 : value)),
  }));
  const refitted = yield* fitRisingLine(muted);
  const slopes = refitted.slopes.map((slope, at) => ((line.slopes[at] ?? 0) < 0 ? 0 : slope));
  return { intercept: refitted.intercept, slopes };
}

/** Logistic regression by Newton's method on standardised features, with an L2 penalty. */
export function* fitLine(cases: readonly Case[]): Generator<void, Line> {
  const width = cases[0]?.features.length ?? 0;
  const spans = Array.from({ length: width }, (_, at) => spread(cases, at));
  const rows = cases.map(({ features }) => [
    1,
    ...features.map((value, at) => (value - (spans[at]?.mean ?? 0)) / (spans[at]?.deviation ?? 1)),
  ]);
  let beta = new Array<number>(width + 1).fill(0);
  for (let step = 0; step < STEPS; step++) {
    beta = newtonStep(cases, rows, beta);
    yield;
  }

  const slopes = spans.map(({ deviation }, at) => (beta[at + 1] ?? 0) / deviation);
  const shift = spans.reduce((sum, { mean }, at) => sum + mean * (slopes[at] ?? 0), 0);
  return { intercept: (beta[0] ?? 0) - shift, slopes };
}

export function logitOf(line: Line, features: readonly number[]): number {
  return line.slopes.reduce((sum, slope, at) => sum + slope * (features[at] ?? 0), line.intercept);
}

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

function spread(cases: readonly Case[], at: number): { mean: number; deviation: number } {
  const values = cases.map(({ features }) => features[at] ?? 0);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

function newtonStep(cases: readonly Case[], rows: number[][], beta: number[]): number[] {
  const size = beta.length;
  const slope = beta.map((value, at) => (at === 0 ? 0 : -PENALTY * value));
  const curve = beta.map((_, one) =>
    beta.map((__, other): number => (one === other ? PENALTY : 0)),
  );
  cases.forEach(({ right, weight }, index) => {
    const row = rows[index] ?? [];
    const chance = sigmoid(dot(row, beta));
    const miss = weight * ((right ? 1 : 0) - chance);
    const bend = weight * chance * (1 - chance);
    for (let one = 0; one < size; one++) {
      const value = row[one] ?? 0;
      slope[one] = (slope[one] ?? 0) + miss * value;
      const line = curve[one];
      if (line === undefined) continue;
      for (let other = 0; other < size; other++) {
        line[other] = (line[other] ?? 0) + bend * value * (row[other] ?? 0);
      }
    }
  });
  const change = solve(curve, slope);
  return beta.map((value, at) => value + clamp(change[at] ?? 0, 5));
}

/** Gaussian elimination with pivoting; the penalty keeps the matrix regular. */
function solve(matrix: number[][], right: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at] ?? 0]);
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = row;
    }
    const chosen = rows[pivot] ?? [];
    rows[pivot] = rows[column] ?? [];
    rows[column] = chosen;
    const head = chosen[column] ?? 1;
    rows.forEach((row, at) => {
      if (at === column) return;
      const factor = (row[column] ?? 0) / head;
      for (let place = column; place <= size; place++) {
        row[place] = (row[place] ?? 0) - factor * (chosen[place] ?? 0);
      }
    });
  }
  return rows.map((row, at) => (row[size] ?? 0) / (row[at] ?? 1));
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
}

function clamp(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}
