import {
  Context,
  Liquid,
  toValue,
  type Emitter,
  type LiquidOptions,
  type Template,
} from 'liquidjs';

/** Far above what an honest text needs, and a few ten milliseconds of work. */
const mostSteps = 20_000;
/** A piece costs a step, one more for this much of the longest tag, and these for each filter in it. */
const charactersAStep = 10;
const stepsAFilter = 50;
/** A text, and each piece of it that is kept under a name: far above what any channel takes. */
const mostCharacters = 100_000;

/**
 * An engine whose texts cannot outgrow a limit. Liquid's own counts what filters make, but not what is written,
 * so a piece that is written twice into itself some dozens of times would fill the memory.
 */
export function openLiquid(options: LiquidOptions): Liquid {
  const engine = new Liquid(options);
  const { renderer } = engine;
  const render = renderer.renderTemplates.bind(renderer);
  renderer.renderTemplates = (texts, context, emitter) =>
    render(texts, context, emitter ?? new ShortText());
  return engine;
}

class ShortText implements Emitter {
  buffer = '';

  write(piece: unknown): void {
    this.buffer += wordsOf(piece);
    if (this.buffer.length > mostCharacters) throw new Error('output limit exceeded');
  }
}

/** As Liquid writes a value: nothing for nothing, lists without a gap. */
function wordsOf(piece: unknown): string {
  const value = toValue(piece) as string | number | boolean | null | undefined | unknown[];
  if (Array.isArray(value)) return value.map(wordsOf).join('');
  return value === undefined || value === null ? '' : String(value);
}

/**
 * Fills in a text within a number of steps, not within a time: a busy machine stops nobody's harmless text, and a
 * text that loops for ever stops everywhere after the same work. Throws what Liquid throws, and beyond the limit.
 */
export function renderInSteps(engine: Liquid, text: Template[], scope: object): string {
  const context = new Context(
    scope,
    engine.options,
    { sync: true },
    { liquid: engine, renderLimit: countSteps(priceOf(text)) as unknown as Context['renderLimit'] },
  );
  return String(engine.renderSync(text, context));
}

const prices = new WeakMap<Template[], number>();

/**
 * Liquid does not say which piece it is about to fill in, so each is taken for the dearest: conditions are as long
 * as they are slow, and a filter does more than a comparison.
 */
function priceOf(text: Template[]): number {
  const known = prices.get(text);
  if (known !== undefined) return known;
  const tags = text[0]?.token.input.match(/\{[{%][^]*?[%}]\}/g) ?? [];
  const price = Math.max(
    1,
    ...tags.map(
      (tag) =>
        1 + Math.floor(tag.length / charactersAStep) + stepsAFilter * (tag.split('|').length - 1),
    ),
  );
  prices.set(text, price);
  return price;
}

/** Liquid asks its limit before each piece of a text. */
function countSteps(price: number) {
  let left = mostSteps;
  return {
    use: () => undefined,
    check: () => {
      left -= price;
      if (left < 0) throw new Error('the text takes too many steps');
    },
  };
}
