import { now } from '../../shared/i18n/clock';
import { parseMoney } from '../../shared/i18n/format';
import { instantOf, wallOf } from '../../shared/i18n/org-time';
import type { Schedule } from '../schedules/schedule';
import { boundsOf, type Amount, type Promotion } from './promotions';

/** What the editor holds: money as it is typed. */
export interface Form {
  name: string;
  payBy: 'audience' | 'keyword';
  oncePer: 'promotion' | 'day';
  /** On the organisation's wall; empty for no end. */
  endsAt: string;
  segmentId: string | null;
  mchId: string | null;
  appId: string | null;
  kind: 'fixed' | 'random';
  fixed: string;
  min: string;
  max: string;
  budget: string;
  perPerson: string;
  perDay: string;
  wish: string;
  senderName: string;
  activityName: string;
  sceneId: string | null;
  schedule: Schedule | null;
  acknowledged: boolean;
}

export const limits = {
  name: 64,
  leastFen: 30,
  mostFen: 50_000,
  /** Outside these WeChat asks for a scene. */
  sceneFree: { least: 100, most: 20_000 },
  wishBytes: 128,
  senderBytes: 32,
  activityBytes: 32,
} as const;

export const scenes = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `PRODUCT_${n}`);

export const newForm = (): Form => ({
  name: '',
  payBy: 'audience',
  oncePer: 'promotion',
  endsAt: '',
  segmentId: null,
  mchId: null,
  appId: null,
  kind: 'fixed',
  fixed: '',
  min: '',
  max: '',
  budget: '',
  perPerson: '',
  perDay: '',
  wish: '',
  senderName: '',
  activityName: '',
  sceneId: null,
  schedule: null,
  acknowledged: false,
});

const yuan = (fen: number | null): string => (fen === null ? '' : (fen / 100).toFixed(2));

export function formOf(promotion: Promotion): Form {
  const { minFen, maxFen } = boundsOf(promotion.amount);
  const isFixed = 'fixedFen' in promotion.amount;
  return {
    name: promotion.name,
    payBy: promotion.oncePer === null ? 'audience' : 'keyword',
    oncePer: promotion.oncePer ?? 'promotion',
    endsAt: promotion.endsAt === null ? '' : wallOf(Date.parse(promotion.endsAt)),
    segmentId: promotion.segmentId,
    mchId: promotion.mchId,
    appId: promotion.appId,
    kind: isFixed ? 'fixed' : 'random',
    fixed: isFixed ? yuan(minFen) : '',
    min: isFixed ? '' : yuan(minFen),
    max: isFixed ? '' : yuan(maxFen),
    budget: yuan(promotion.budgetFen),
    perPerson: yuan(promotion.perPersonFen),
    perDay: yuan(promotion.perDayFen),
    wish: promotion.wish,
    senderName: promotion.senderName,
    activityName: promotion.activityName,
    sceneId: promotion.sceneId,
    schedule: promotion.schedule,
    acknowledged: promotion.acknowledged,
  };
}

export function amountOf(form: Form): Amount | null {
  if (form.kind === 'fixed') {
    const fixedFen = parseMoney(form.fixed);
    return fixedFen === null ? null : { fixedFen };
  }
  const minFen = parseMoney(form.min);
  const maxFen = parseMoney(form.max);
  return minFen === null || maxFen === null ? null : { minFen, maxFen };
}

/** Only what is paid by keyword ends at a time. */
export const endOf = (form: Form): number | null =>
  form.payBy === 'keyword' && form.endsAt !== '' ? instantOf(form.endsAt) : null;

export function needsScene(form: Form): boolean {
  const amount = amountOf(form);
  if (!amount) return false;
  const { minFen, maxFen } = boundsOf(amount);
  return minFen < limits.sceneFree.least || maxFen > limits.sceneFree.most;
}

export const bytesOf = (text: string): number => new TextEncoder().encode(text.trim()).length;

export function bodyOf(form: Form): Record<string, unknown> {
  const end = endOf(form);
  const words = (text: string, key: string) => (text.trim() === '' ? {} : { [key]: text.trim() });
  return {
    name: form.name.trim(),
    segmentId: form.segmentId,
    oncePer: form.payBy === 'keyword' ? form.oncePer : null,
    endsAt: end === null ? null : new Date(end).toISOString(),
    mchId: form.mchId,
    appId: form.appId,
    amount: amountOf(form),
    budgetFen: parseMoney(form.budget),
    perPersonFen: parseMoney(form.perPerson),
    perDayFen: parseMoney(form.perDay),
    schedule: form.payBy === 'keyword' ? null : form.schedule,
    ...words(form.wish, 'wish'),
    ...words(form.senderName, 'senderName'),
    ...words(form.activityName, 'activityName'),
    sceneId: needsScene(form) ? form.sceneId : null,
    acknowledgement: form.acknowledged,
  };
}

/** Codes of what is missing or wrong, by field; the words are in the catalogue. */
export function problemsOf(form: Form): Map<keyof Form, string> {
  const found = new Map<keyof Form, string>();
  const need = (field: keyof Form, isGood: boolean, code = 'missing') => {
    if (!isGood && !found.has(field)) found.set(field, code);
  };
  const inPacket = (fen: number | null) =>
    fen !== null && fen >= limits.leastFen && fen <= limits.mostFen;
  need('name', form.name.trim() !== '');
  need('segmentId', form.segmentId !== null || form.payBy === 'keyword');
  const end = endOf(form);
  need('endsAt', end === null || end > now(), 'past');
  need('mchId', form.mchId !== null);
  need('appId', form.appId !== null);
  if (form.kind === 'fixed') need('fixed', inPacket(parseMoney(form.fixed)), 'packet');
  else {
    need('min', inPacket(parseMoney(form.min)), 'packet');
    need('max', inPacket(parseMoney(form.max)), 'packet');
    need('max', (parseMoney(form.min) ?? 0) <= (parseMoney(form.max) ?? 0), 'order');
  }
  const amount = amountOf(form);
  const least = amount ? boundsOf(amount).minFen : 1;
  need('budget', parseMoney(form.budget) !== null, 'money');
  need('budget', (parseMoney(form.budget) ?? 0) >= least, 'below-one');
  for (const field of ['perPerson', 'perDay'] as const) {
    if (form[field].trim() === '') continue;
    need(field, parseMoney(form[field]) !== null, 'money');
    need(field, (parseMoney(form[field]) ?? 0) >= least, 'below-one');
  }
  need('wish', bytesOf(form.wish) <= limits.wishBytes, 'long');
  need('senderName', bytesOf(form.senderName) <= limits.senderBytes, 'long');
  need('activityName', bytesOf(form.activityName) <= limits.activityBytes, 'long');
  if (needsScene(form)) need('sceneId', form.sceneId !== null, 'scene');
  need('acknowledged', form.acknowledged, 'acknowledge');
  return found;
}

/** The field of the form behind a path of the server's. */
export function fieldOfPath(path: string): keyof Form | null {
  const [head = '', next = ''] = path.split('.');
  const known: Record<string, keyof Form> = {
    budgetFen: 'budget',
    perPersonFen: 'perPerson',
    perDayFen: 'perDay',
    acknowledgement: 'acknowledged',
  };
  if (head === 'amount') return next === 'minFen' ? 'min' : next === 'maxFen' ? 'max' : 'fixed';
  const own = known[head] ?? head;
  return own in newForm() ? (own as keyof Form) : null;
}
