import { Context, type Liquid, type Template } from 'liquidjs';

/** Far above what an honest text needs, and a few ten milliseconds of work. */
const mostSteps = 20_000;

/**
 * Fills in a text within a number of steps, not within a time: a busy machine stops nobody's harmless text, and a
 * text that loops for ever stops everywhere after the same work. Throws what Liquid throws, and beyond the limit.
 */
export function renderInSteps(engine: Liquid, text: Template[], scope: object): string {
  const context = new Context(
    scope,
    engine.options,
    { sync: true },
    { liquid: engine, renderLimit: countSteps() as unknown as Context['renderLimit'] },
  );
  return String(engine.renderSync(text, context));
}

/** Liquid asks its limit before each piece of a text. */
function countSteps() {
  let left = mostSteps;
  return {
    use: () => undefined,
    check: () => {
      left -= 1;
      if (left < 0) throw new Error('the text takes too many steps');
    },
  };
}
