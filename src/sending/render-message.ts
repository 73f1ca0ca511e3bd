import type { Liquid, Template } from 'liquidjs';
import { checkTemplateField, plainFieldValue } from '../channels/official-account';
import { InvalidInput } from '../kernel/errors';
import { openLiquid, renderInSteps } from '../kernel/render-steps';
import type { Needs, PersonVariables } from './person-variables';
import type { TemplateRunMessage } from './run-message';

/** Limits, so that no text an operator writes can hold the server. */
function openEngine(zone: string): Liquid {
  return openLiquid({
    ownPropertyOnly: true,
    strictFilters: true,
    parseLimit: 10_000,
    memoryLimit: 100_000,
    timezoneOffset: zone,
    // Partials come from this empty list and never from the disk.
    templates: {},
  });
}

const engines = new Map<string, Liquid>();

function liquidIn(zone: string): Liquid {
  const engine = engines.get(zone) ?? openEngine(zone);
  engines.set(zone, engine);
  return engine;
}

export type RenderedTemplate = { fields: Record<string, string>; url?: string };
/** Why this person's text cannot be sent: WeChat would refuse the field. */
export type FieldTrouble = { key: string; code: string; params: Readonly<Record<string, unknown>> };

/** A message parsed once and filled in for many. */
export type PreparedTemplate = {
  readonly needs: Needs;
  /** False when everybody gets the same words. */
  readonly isPersonal: boolean;
  /** Throws when a text goes over its limits. */
  render(person: PersonVariables): RenderedTemplate;
};

type Text = string | Template[];

const isLiquid = (text: string) => text.includes('{{') || text.includes('{%');

/** Refuses a text that Liquid cannot read; `path` names it to whoever wrote it. */
function parseText(liquid: Liquid, path: string, text: string): Text {
  if (!isLiquid(text)) return text;
  try {
    return liquid.parse(text);
  } catch {
    throw new InvalidInput('message_text_invalid', {
      errors: [{ path, code: 'liquid_invalid' }],
    });
  }
}

/** `zone`: in which hours and days are written. Throws `InvalidInput` for a text that cannot be read. */
export function prepareTemplate(message: TemplateRunMessage, zone: string): PreparedTemplate {
  const liquid = liquidIn(zone);
  const data = Object.entries(message.data).map(
    ([key, text]) => [key, parseText(liquid, `message.data.${key}`, text)] as const,
  );
  const url = message.url === undefined ? undefined : parseText(liquid, 'message.url', message.url);
  const parsed = [...data.map(([, text]) => text), url].filter((text) => Array.isArray(text));
  const named = parsed.flatMap((text) => liquid.globalFullVariablesSync(text));
  const names = (fact: string) =>
    named.some(
      (name) => name === 'person' || name.includes('[') || name.startsWith(`person.${fact}`),
    );
  const fill = (text: Text, person: PersonVariables): string =>
    typeof text === 'string' ? text : renderInSteps(liquid, text, person);
  return {
    needs: { fields: names('fields'), tags: names('tags') },
    isPersonal: names(''),
    render: (person) => ({
      fields: Object.fromEntries(
        data.map(([key, text]) => [key, plainFieldValue(key, oneLine(fill(text, person)))]),
      ),
      ...(url === undefined ? {} : { url: fill(url, person).trim() }),
    }),
  };
}

/** Refuses a message whose texts cannot be read, or run into their limits, before anything is saved. */
export function checkTexts(message: TemplateRunMessage, zone: string): void {
  const prepared = prepareTemplate(message, zone);
  try {
    prepared.render(someone);
  } catch {
    throw new InvalidInput('message_text_invalid', { path: 'message.data' });
  }
}

const someone: PersonVariables = {
  person: { openid: 'o', name: '', tags: [], fields: {}, followedDays: 1 },
  account: { name: '' },
  today: '',
  now: new Date(0),
};

/** Line breaks come from Liquid tags written on lines of their own; WeChat refuses them in a field. */
const oneLine = (text: string) => text.replace(/\s*[\r\n]+\s*/g, ' ').trim();

/** What WeChat would refuse in a filled-in message. */
export function troublesOf(rendered: RenderedTemplate): FieldTrouble[] {
  return Object.entries(rendered.fields).flatMap(([key, value]) =>
    checkTemplateField(key, value).map(({ code, params }) => ({ key, code, params })),
  );
}

/** Values that are the same for everybody are judged before anything is saved. */
export function troublesOfPlainValues(message: TemplateRunMessage): FieldTrouble[] {
  const plain = Object.entries(message.data).filter(([, text]) => !isLiquid(text));
  const fields = plain.map(([key, text]) => [key, plainFieldValue(key, text)] as const);
  return troublesOf({ fields: Object.fromEntries(fields) });
}
