import { LiquidError, type Liquid, type Template } from 'liquidjs';
import { DateTime } from 'luxon';
import { openLiquid, renderInSteps } from '../../kernel/render-steps';

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
  const engine = openLiquid({
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

export function problemOfTemplate(
  text: string,
): { line: number; column: number; message: string } | undefined {
  if (!isTemplate(text)) return undefined;
  try {
    parse(text);
    return undefined;
  } catch (error) {
    const [line = 1, column = 1] = LiquidError.is(error) ? error.token.getPosition() : [];
    const message = error instanceof Error ? error.message : 'not understood';
    return { line, column, message: message.replace(/, line:.*$/s, '').slice(0, 200) };
  }
}

/** Why an answer has nothing to say. */
export type Unsaid =
  'template_empty' | 'template_too_large' | 'template_failed' | 'media_not_ready';

/** A template that fails while rendering says nothing rather than half a sentence, and why. */
export function renderText(
  text: string,
  { person, account, scene, now, zone }: Variables,
): { readonly text: string } | { readonly unsaid: Unsaid } {
  if (!isTemplate(text)) return { text };
  const scope = { person, account, scene, now: DateTime.fromMillis(now).toJSDate() };
  try {
    const rendered = renderInSteps(engineOf(zone), parse(text), scope).trim();
    return rendered === '' ? { unsaid: 'template_empty' } : { text: rendered };
  } catch (error) {
    const isLimit = error instanceof Error && /limit exceeded|too many steps/.test(error.message);
    return { unsaid: isLimit ? 'template_too_large' : 'template_failed' };
  }
}

/** What is known of a template before anybody asks: over its limits, or empty whatever it is asked with. */
export function knownUnsaid(text: string, zone: string, now: number): Unsaid | undefined {
  const rendered = renderText(text, {
    person: { name: 'Sample', tags: ['VIP'] },
    account: { name: 'Sample' },
    scene: { name: 'Sample' },
    now,
    zone,
  });
  if (!('unsaid' in rendered)) return undefined;
  return rendered.unsaid === 'template_empty' && mayDiffer(text) ? undefined : rendered.unsaid;
}

/** Names that stand in a template and that nobody fills in, such as `person.nme`. */
export const unknownNamesIn = (text: string): string[] =>
  isTemplate(text) && problemOfTemplate(text) === undefined
    ? parser.globalFullVariablesSync(parse(text)).filter((name) => !variables.test(name))
    : [];

const variables = /^(person(\.(name|tags)\b.*|\[.*)?|(account|scene)(\.name\b.*|\[.*)?|now)$/;

/** Conditions and loops over what we know of somebody may be empty for one and full for another. */
const mayDiffer = (text: string): boolean =>
  /\{%-?\s*(if|unless|case|for|tablerow)\b/.test(text) &&
  parser.globalFullVariablesSync(parse(text)).some((name) => variables.test(name));
