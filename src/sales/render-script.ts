import type { Liquid, Template } from 'liquidjs';
import { DateTime } from 'luxon';
import { openLiquid, renderInSteps } from '../kernel/render-steps';

/** What a script may name. */
export type ScriptVariables = {
  /** The customer's. */
  readonly name: string;
  /** Who sends it. */
  readonly rep: string;
  /** The corp. */
  readonly shop: string;
  readonly tags: readonly string[];
  readonly fields: Readonly<Record<string, string | number | null>>;
  readonly now: number;
};

/** Beyond this no chat takes it. */
const mostCharacters = 4_000;

const engines = new Map<string, Liquid>();

/** With the limits that answers have: no text a rep writes can hold the server. */
function engineIn(zone: string): Liquid {
  const known = engines.get(zone);
  if (known) return known;
  const engine = openLiquid({
    ownPropertyOnly: true,
    strictFilters: true,
    parseLimit: 10_000,
    memoryLimit: 100_000,
    timezoneOffset: zone,
    // Partials come from this empty list and never from the disk.
    templates: {},
  });
  engines.set(zone, engine);
  return engine;
}

export type Rendered = { readonly text: string } | { readonly problem: 'template_invalid' };

export function renderScript(body: string, variables: ScriptVariables, zone: string): Rendered {
  if (!body.includes('{{') && !body.includes('{%')) return { text: body };
  const engine = engineIn(zone);
  let parsed: Template[];
  try {
    parsed = engine.parse(body);
    const now = DateTime.fromMillis(variables.now).toJSDate();
    const text = renderInSteps(engine, parsed, { ...variables, now }).trim();
    const isSayable = text !== '' && text.length <= mostCharacters;
    return isSayable ? { text } : { problem: 'template_invalid' };
  } catch {
    return { problem: 'template_invalid' };
  }
}

/** Whether somebody could be told this at all. */
export function isRenderable(body: string, zone: string, now: number): boolean {
  const someone = { name: 'A', rep: 'B', shop: 'C', tags: ['D'], fields: {}, now };
  return 'text' in renderScript(body, someone, zone);
}
