import type { Kit } from '../kernel/kit';
import type { Judging } from './compile-rule';
import { loadFields } from './load-fields';
import { membersWhere, type Scope } from './members';
import { topConditions, type Rule } from './rule';

/**
 * The list of those of whom something happened is looked into for everybody. MariaDB puts a longer one than these
 * bytes onto its disk, where that takes several times as long; to the other engines this is a comment.
 */
const listsStayInMemory =
  '/*M!100108 SET STATEMENT max_heap_table_size = 268435456, tmp_table_size = 268435456 FOR */';

type CountKit = Pick<Kit, 'db' | 'clock' | 'settings'>;

/** What rules are judged with now. */
export async function judgingNow(kit: CountKit): Promise<Judging> {
  return {
    fields: await loadFields(kit.db),
    now: kit.clock.business(),
    zone: kit.settings.orgZone,
  };
}

/** Distinct persons with at least one identity for which the rule holds. */
export async function countPersons(
  { db }: Pick<Kit, 'db'>,
  rule: Rule,
  judging: Judging,
  scope: Scope = {},
): Promise<number> {
  const { text, params } = membersWhere(rule, judging, scope);
  const [row] = await db.longRead<{ people: number | string }>(
    `${listsStayInMemory} SELECT COUNT(DISTINCT i.personId) AS people FROM identity i WHERE ${text}`,
    params,
  );
  return Number(row?.people ?? 0);
}

export type Step = {
  /** Place of the condition in the top-level `all`. */
  index: number;
  /** Persons for whom this condition alone holds. */
  alone: number;
  /** Persons left when this condition and all before it hold. */
  left: number;
};

/** How the top-level conditions narrow the crowd down, one by one. The last `left` is the count. */
export async function countSteps(
  kit: Pick<Kit, 'db'>,
  rule: Rule,
  judging: Judging,
  scope: Scope = {},
): Promise<Step[]> {
  const conditions = topConditions(rule);
  return Promise.all(
    conditions.map(async (condition, index) => {
      const alone = countPersons(kit, condition, judging, scope);
      const left =
        index === 0
          ? alone
          : countPersons(kit, { all: conditions.slice(0, index + 1) }, judging, scope);
      return { index, alone: await alone, left: await left };
    }),
  );
}

/** Ids of a few persons of the segment, whoever is found first. */
export async function samplePersons(
  { db }: Pick<Kit, 'db'>,
  rule: Rule,
  judging: Judging,
  scope: Scope,
  most: number,
): Promise<string[]> {
  const { text, params } = membersWhere(rule, judging, scope);
  const rows = await db.longRead<{ personId: string }>(
    `${listsStayInMemory} SELECT i.personId AS personId FROM identity i WHERE ${text} LIMIT ${most * 4}`,
    params,
  );
  return [...new Set(rows.map((row) => row.personId))].slice(0, most);
}
