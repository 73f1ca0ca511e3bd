import { Liquid, LiquidError, type Template } from 'liquidjs';
import { DateTime } from 'luxon';
import { renderInSteps } from '../../kernel/render-steps';

/** What an answer may say about the person, the shop and the hour. */
export type Variables = {
  readonly person: { readonly name: string; readonly tags: readonly string[] };
  readonly account: { readonly name: string };
  readonly scene: { readonly name: string };
  /** Business time, epoch ms; shown in `zone`. */
  readonly now: number;
  readonly zone: string;
};

function openEngine(zone?: string): Liquid {
  const engine = new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    cache: false,
    // Partials come from this empty list and never from the disk.
    templates: {},
    parseLimit: 20_000,
    memoryLimit: 100_000,
    ...(zone === undefined ? {} : { timezoneOffset: zone }),
  });
  for (const tag of ['include', 'render', 'layout', 'block'])
    Reflect.deleteProperty(engine.tags, tag);
  return engine;
}

const parser = openEngine();
const byZone = new Map<string, Liquid>();

function engineOf(zone: string): Liquid {
  const engine = byZone.get(zone) ?? openEngine(zone);
  byZone.set(zone, engine);
  return engine;
}

const parsed = new Map<string, Template[]>();
const mostParsed = 5_000;

export const isTemplate = (text: string): boolean => text.includes('{{') || text.includes('{%');

/** Parsed once for each text. Throws what Liquid throws. */
function parse(text: string): Template[] {
  const known = parsed.get(text);
  if (known) return known;
  if (parsed.size >= mostParsed) parsed.clear();
  const fresh = parser.parse(text);
  parsed.set(text, fresh);
  return fresh;
}

export function problemOfTemplate(text: string): { line: number; message: string } | undefined {
  if (!isTemplate(text)) return undefined;
  try {
    parse(text);
    return undefined;
  } catch (error) {
    const [line = 1] = LiquidError.is(error) ? error.token.getPosition() : [];
    const message = error instanceof Error ? error.message : 'not understood';
    return { line, message: message.replace(/, line:.*$/s, '').slice(0, 200) };
  }
}

/** A template that fails while rendering shows nothing rather than half a sentence. */
export function renderText(text: string, { person, account, scene, now, zone }: Variables): string {
  if (!isTemplate(text)) return text;
  const scope = { person, account, scene, now: DateTime.fromMillis(now).toJSDate() };
  try {
    return renderInSteps(engineOf(zone), parse(text), scope).trim();
  } catch {
    return '';
  }
}
