import { dayText } from '../../shared/i18n/format';
import { t } from '../../shared/i18n/i18n';
import { isWritten, shapeOf } from './conditions';
import { ruleOfBlock, type Block, type Condition, type Rule } from './rule';
import type { FieldBook, SegmentField } from './segments';

/** How a value is told: names of choices, days, dates, counts. */
export function valueText(condition: Condition, field: SegmentField | undefined): string {
  const { value } = condition;
  const shape = shapeOf(field, condition.op);
  if (value === undefined || shape?.valueType === 'none') return '';
  if (shape?.valueType === 'days') return t('segments.days', { n: String(value) });
  if (shape?.valueType === 'count') return t('segments.times', { n: String(value) });
  if (shape?.valueType === 'date') return dayText(String(value));
  const nameOf = (one: string) => field?.options?.find((o) => o.value === one)?.name ?? one;
  if (typeof value === 'number') return String(value);
  const texts = typeof value === 'string' ? [value] : value;
  return texts
    .map((one) => t('segments.quoted', { text: nameOf(one) }))
    .join(t('segments.or-mark'));
}

export function conditionText(condition: Condition, fields: FieldBook): string {
  const field = fields.get(condition.field);
  const op = shapeOf(field, condition.op);
  const what = [field?.name ?? condition.field, op?.name ?? condition.op]
    .concat(valueText(condition, field))
    .reduce(besides);
  if (condition.within === undefined) return what;
  return t('segments.sentence-within', { what, days: condition.within });
}

const isWide = (sign: string | undefined): boolean => sign !== undefined && sign > '\u2e7f';

/** Chinese words stand together; a space goes where one of two neighbours is no Chinese sign. */
function besides(left: string, right: string): string {
  if (left === '' || right === '') return left + right;
  return isWide(left.at(-1)) && isWide(right[0]) ? left + right : `${left} ${right}`;
}

/** Any rule in words, however deep. */
export function ruleText(rule: Rule, fields: FieldBook, inner = false): string {
  if ('field' in rule) return conditionText(rule, fields);
  if ('not' in rule) return t('segments.not', { what: ruleText(rule.not, fields, true) });
  const list = 'all' in rule ? rule.all : rule.any;
  if (list.length === 0) return t('segments.everyone');
  const mark = t('all' in rule ? 'segments.and-mark' : 'segments.or-between');
  const words = list.map((one) => ruleText(one, fields, true)).join(mark);
  return inner && list.length > 1 ? t('segments.bracket', { what: words }) : words;
}

export function blockText(block: Block, fields: FieldBook): string {
  if (block.kind !== 'other') {
    const conditions = block.conditions.filter((one) => isWritten(one, fields));
    if (conditions.length === 0) return t('segments.unwritten');
    return ruleText(ruleOfBlock({ ...block, conditions }), fields);
  }
  return ruleText(block.rule, fields);
}
