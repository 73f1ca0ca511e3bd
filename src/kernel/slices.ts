/** Work cut into steps: it may pause after each. */
export type Steps<T> = Generator<void, T>;

/** Longest stretch of work between two pauses, milliseconds; a step longer than this is not cut. */
const sliceMs = 10;

export function runAtOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same, and the event loop runs every ten milliseconds. */
export async function runGently<T>(
  steps: Steps<T>,
  pause: () => Promise<void> = nextTurn,
): Promise<T> {
  let started = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - started < sliceMs) continue;
    await pause();
    started = performance.now();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
