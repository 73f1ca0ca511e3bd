import { shallowRef } from 'vue';
import type { Liquid } from 'liquidjs';
import { plainFieldValue } from '../../../channels/official-account/template-fields';
import { orgZone } from '../../shared/i18n/clock';

export const isLiquid = (text: string): boolean => text.includes('{{') || text.includes('{%');

/** The server's engine with the server's limits; fetched when the first text asks for it. */
const engine = shallowRef<Liquid | null>(null);
let fetching: Promise<void> | null = null;

async function fetchEngine(): Promise<void> {
  const { Liquid: Engine } = await import('liquidjs');
  engine.value = new Engine({
    ownPropertyOnly: true,
    strictFilters: true,
    parseLimit: 10_000,
    renderLimit: 1_000,
    memoryLimit: 100_000,
    timezoneOffset: orgZone.value,
    templates: {},
  });
}

/**
 * A text with a person's facts in it, for the picture while somebody types; null while the engine is on its
 * way, and for a text that is not finished. The plan shows what the server makes of it.
 */
export function fillLiquid(text: string, facts: object): string | null {
  if (!isLiquid(text)) return text;
  if (!engine.value) {
    fetching ??= fetchEngine().catch(() => {
      fetching = null;
    });
    return null;
  }
  try {
    const filled: unknown = engine.value.parseAndRenderSync(text, facts);
    return String(filled)
      .replace(/\s*[\r\n]+\s*/g, ' ')
      .trim();
  } catch {
    return null;
  }
}

/** All texts of a message; what cannot be filled in yet stays blank. */
export const fillAll = (
  texts: Readonly<Record<string, string>>,
  facts: object,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [
      key,
      plainFieldValue(key, fillLiquid(text, facts) ?? ''),
    ]),
  );
