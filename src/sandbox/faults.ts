import { drawOf } from './random';
import type { Store } from './store/database';

/** What the operator of a test asked for. `where` names the call, `kind` what goes wrong; see the sandbox API page. */
export interface FaultSpec {
  where: string;
  kind: string;
  rate: number;
  count: number | null;
  seed: string;
  owner?: string;
  openid?: string;
  note?: string;
}

export interface Fault extends FaultSpec {
  id: number;
  fired: number;
}

/** How a fault changes one call. `accepts` says whether the platform does the work although the caller cannot know. */
export interface Effect {
  name: string;
  argument: string;
  accepts: boolean;
  answer: 'normal' | 'never' | 'reset' | 'cut' | 'half' | 'bad-gateway' | 'code';
}

export const places = [
  ...[
    'any',
    'token',
    'stable-token',
    'user-info',
    'user-get',
    'template-send',
    'custom-send',
    'tags',
    'qrcode',
    'menu',
  ],
  ...['media', 'templates', 'red-packet-send', 'red-packet-query', 'callback'],
  ...['wecom-token', 'wecom-contacts', 'wecom-tags', 'wecom-rooms', 'wecom-ways', 'wecom-links'],
  ...['wecom-welcome', 'wecom-mass', 'wecom-moments', 'wecom-transfer', 'wecom-message'],
  ...['wecom-staff', 'wecom-oauth', 'wecom-ticket', 'wecom-ids', 'wecom-kf', 'wecom-media'],
  'wecom-callback',
];

/** Of these `any` means none: a call to the app is not a call of the app. */
const callbacks = ['callback', 'wecom-callback'];

const answers: Record<string, [Effect['answer'], boolean]> = {
  'timeout-before-accept': ['never', false],
  'timeout-after-accept': ['never', true],
  'reset-before-accept': ['reset', false],
  'reset-mid-reply': ['cut', true],
  'http-502-html': ['bad-gateway', false],
  'http-502-html-accepted': ['bad-gateway', true],
  'half-json': ['half', true],
  'half-body': ['half', true],
  errcode: ['code', false],
  err_code: ['code', false],
  'template-flap': ['code', false],
};

const others = [
  ...['slow', 'steal-token', 'expire-token', 'receipt-first', 'receipt', 'no-receipt'],
  ...['processing-then-sent', 'processing-then-failed', 'sticky-sending', 'not-found-lie'],
  ...['return-code-fail-accepted', 'extra-fields'],
  ...['duplicate-callback', 'late-callback', 'out-of-order', 'drop-callback', 'lost-answer'],
];

/** Undefined for a kind the sandbox does not know. */
export function effectOf(kind: string): Effect | undefined {
  const colon = kind.indexOf(':');
  const name = colon < 0 ? kind : kind.slice(0, colon);
  let argument = colon < 0 ? '' : kind.slice(colon + 1).trim();
  const accepted = /-accepted$/.test(argument);
  argument = argument.replace(/-(?:accepted|refused)$/, '');
  const known = answers[name];
  if (known) return { name, argument, answer: known[0], accepts: accepted || known[1] };
  return others.includes(name) ? { name, argument, answer: 'normal', accepts: true } : undefined;
}

/** The switches for what goes wrong. Each draw depends on the seed, the key of the call and how often that key was drawn. */
export class Faults {
  private readonly active: Fault[] = [];
  private readonly drawn = new Map<string, number>();
  private readonly dirty = new Set<Fault>();

  constructor(private readonly store: Store) {
    for (const row of store
      .sql<{ id: number; spec: string; fired: number }>('SELECT * FROM fault ORDER BY id')
      .all()) {
      this.active.push({ ...(JSON.parse(row.spec) as FaultSpec), id: row.id, fired: row.fired });
    }
    store.beforeCommit(() => this.save());
  }

  list(): Fault[] {
    return [...this.active];
  }

  async add(spec: FaultSpec): Promise<Fault> {
    const id = await this.store.write(
      () => this.store.sql('INSERT INTO fault (spec) VALUES (?)').run(JSON.stringify(spec)).lastId,
    );
    const fault = { ...spec, id, fired: 0 };
    this.active.push(fault);
    return fault;
  }

  async clear(id?: number): Promise<void> {
    await this.store.write(() => {
      this.store.sql('DELETE FROM fault WHERE ? IS NULL OR id = ?').run(id ?? null, id ?? null);
    });
    const kept = id === undefined ? [] : this.active.filter((fault) => fault.id !== id);
    this.active.splice(0, this.active.length, ...kept);
    if (kept.length === 0) this.drawn.clear();
  }

  /** The first fault that wants this call, or undefined. */
  strike(where: string, call: { owner: string; openid: string; key: string }): Effect | undefined {
    for (const fault of this.active) {
      const wanted =
        (fault.where === where || (fault.where === 'any' && !callbacks.includes(where))) &&
        (fault.owner === undefined || fault.owner === call.owner) &&
        (fault.openid === undefined || fault.openid === call.openid) &&
        (fault.count === null || fault.fired < fault.count);
      if (!wanted || !this.draws(fault, call.key)) continue;
      const effect = effectOf(fault.kind);
      if (!effect) continue;
      fault.fired += 1;
      this.dirty.add(fault);
      this.store.touch();
      return effect;
    }
    return undefined;
  }

  private draws(fault: Fault, key: string): boolean {
    if (fault.rate >= 1) return true;
    const name = `${fault.id}|${key}`;
    const times = this.drawn.get(name) ?? 0;
    this.drawn.set(name, times + 1);
    return drawOf(`${fault.seed}|${fault.where}|${key}|${times}`) < fault.rate;
  }

  private save(): void {
    for (const fault of this.dirty) {
      this.store.sql('UPDATE fault SET fired = ? WHERE id = ?').run(fault.fired, fault.id);
    }
    this.dirty.clear();
  }
}
