/** The rule tree of the API, and the flatter form that the editor shows. */
export type Value = string | number | readonly string[];
export interface Condition {
  field: string;
  op: string;
  value?: Value;
  within?: number;
}
export type Rule = { all: Rule[] } | { any: Rule[] } | { not: Rule } | Condition;

export interface DraftCondition extends Condition {
  uid: number;
}

/**
 * One card under 「同时满足」. `one` holds a single condition, `any` is true when one of its conditions is,
 * `none` when none is. `other` is a deeper tree that came through the API: shown, kept, not edited here.
 */
export type Block =
  | { uid: number; kind: 'one' | 'any' | 'none'; conditions: DraftCondition[] }
  | { uid: number; kind: 'other'; rule: Rule };

let lastUid = 0;
export const nextUid = (): number => (lastUid += 1);

const isCondition = (rule: Rule): rule is Condition => 'field' in rule;
const draftOf = (condition: Condition): DraftCondition => ({ ...condition, uid: nextUid() });

export function blocksOf(rule: Rule): Block[] {
  return 'all' in rule ? rule.all.map(blockOf) : [blockOf(rule)];
}

function blockOf(rule: Rule): Block {
  const uid = nextUid();
  const other: Block = { uid, kind: 'other', rule };
  if (isCondition(rule)) return { uid, kind: 'one', conditions: [draftOf(rule)] };
  if ('any' in rule) {
    return rule.any.every(isCondition)
      ? { uid, kind: 'any', conditions: rule.any.map(draftOf) }
      : other;
  }
  if ('not' in rule) {
    const { not } = rule;
    if (isCondition(not)) return { uid, kind: 'none', conditions: [draftOf(not)] };
    if ('any' in not && not.any.every(isCondition)) {
      return { uid, kind: 'none', conditions: not.any.map(draftOf) };
    }
  }
  return other;
}

function plain({ field, op, value, within }: DraftCondition): Condition {
  return {
    field,
    op,
    ...(value === undefined ? {} : { value }),
    ...(within === undefined ? {} : { within }),
  };
}

export function ruleOfBlock(block: Block): Rule {
  if (block.kind === 'other') return block.rule;
  const conditions = block.conditions.map(plain);
  const [only] = conditions;
  if (block.kind === 'one' && only) return only;
  if (block.kind === 'none')
    return { not: conditions.length === 1 && only ? only : { any: conditions } };
  return { any: conditions };
}

export const ruleOf = (blocks: readonly Block[]): Rule => ({ all: blocks.map(ruleOfBlock) });

/** Where the server's path of each condition points: `rule.all.1.any.0` to the condition's uid. */
export function pathsOf(blocks: readonly Block[]): Map<string, number> {
  const paths = new Map<string, number>();
  blocks.forEach((block, index) => {
    const at = `rule.all.${index}`;
    if (block.kind === 'other') {
      paths.set(at, block.uid);
      return;
    }
    const isSingle =
      block.kind === 'one' || (block.kind === 'none' && block.conditions.length === 1);
    const base = block.kind === 'none' ? `${at}.not` : at;
    block.conditions.forEach((condition, place) => {
      paths.set(isSingle ? base : `${base}.any.${place}`, condition.uid);
    });
  });
  return paths;
}

/** The condition a problem of the server belongs to: the longest path that begins its own. */
export function uidOfProblem(paths: ReadonlyMap<string, number>, path: string): number | null {
  let found: { length: number; uid: number } | null = null;
  for (const [prefix, uid] of paths) {
    if (path !== prefix && !path.startsWith(`${prefix}.`)) continue;
    if (!found || prefix.length > found.length) found = { length: prefix.length, uid };
  }
  return found?.uid ?? null;
}
