import { nextUid, type Block, type Condition, type DraftCondition, type Value } from './rule';
import type { FieldBook, FieldOp, SegmentField } from './segments';

export const shapeOf = (field: SegmentField | undefined, op: string): FieldOp | undefined =>
  field?.ops.find((one) => one.op === op);

/** Whether a condition says everything it needs; those that do not are left out of the count. */
export function isWritten(condition: Condition, fields: FieldBook): boolean {
  const shape = shapeOf(fields.get(condition.field), condition.op);
  if (!shape) return false;
  const { value } = condition;
  if (shape.valueType === 'none') return true;
  if (value === undefined || value === '') return false;
  if (shape.valueType === 'days') return typeof value === 'number' && value >= 1;
  return Array.isArray(value) ? value.length > 0 : true;
}

/** Only what is written: what the live count asks. Blocks without a written condition go away. */
export function writtenBlocks(blocks: readonly Block[], fields: FieldBook): Block[] {
  return blocks.flatMap((block): Block[] => {
    if (block.kind === 'other') return [block];
    const conditions = block.conditions.filter((one) => isWritten(one, fields));
    return conditions.length === 0 ? [] : [{ ...block, conditions }];
  });
}

const startValues: Readonly<Record<string, Value>> = { days: 30, count: 1 };

/** A new condition of a field, with the first operator and a sensible value where there is one. */
export function newCondition(field: SegmentField): DraftCondition {
  const [shape] = field.ops;
  const condition: DraftCondition = { uid: nextUid(), field: field.field, op: shape?.op ?? '' };
  const value = startValues[shape?.valueType ?? ''];
  if (value !== undefined) condition.value = value;
  if (shape?.within) condition.within = 30;
  return condition;
}

/** The same condition with another operator; the value stays when its kind stays. */
export function withOp(condition: DraftCondition, field: SegmentField, op: string): DraftCondition {
  const before = shapeOf(field, condition.op);
  const after = shapeOf(field, op);
  const next: DraftCondition = { uid: condition.uid, field: condition.field, op };
  const value =
    before?.valueType === after?.valueType ? condition.value : startValues[after?.valueType ?? ''];
  if (value !== undefined) next.value = value;
  if (after?.within && condition.within !== undefined) next.within = condition.within;
  return next;
}
