import { getMetadataArgsStorage } from 'typeorm';

type Described = { target: unknown };
type Column = Described & { propertyName: string };
type Storage = {
  indices: readonly Described[];
  filterIndices(target: unknown): Described[];
  filterByTargetAndWithoutDuplicateProperties(all: readonly Column[], target: unknown): Column[];
};

/**
 * The mapper looks through the columns and indices of every table for each table, most of what opening a
 * database costs, and the tests open a thousand. The same answers, looked up by table.
 */
export function mapQuickly(): void {
  const storage = getMetadataArgsStorage() as unknown as Storage;
  const slowColumns = storage.filterByTargetAndWithoutDuplicateProperties.bind(storage);
  const slowIndices = storage.filterIndices.bind(storage);
  storage.filterByTargetAndWithoutDuplicateProperties = (all, target) => {
    const own = ofOne(all, target);
    if (!own) return slowColumns(all, target);
    const firstOf = (name: string) => own.find(({ propertyName }) => propertyName === name);
    return own.filter((one) => firstOf(one.propertyName) === one);
  };
  storage.filterIndices = (target) =>
    ofOne(storage.indices, target)?.slice() ?? slowIndices(target);
}

type ByTable = { size: number; rows: Map<unknown, Described[]> };
const known = new WeakMap<readonly Described[], ByTable>();

/** What is said of one class; nothing when it inherits, because then the order between classes counts. */
function ofOne<Item extends Described>(
  all: readonly Item[],
  target: unknown,
): readonly Item[] | undefined {
  let table = known.get(all);
  if (table?.size !== all.length) {
    table = { size: all.length, rows: new Map() };
    for (const item of all) {
      const rows = table.rows.get(item.target);
      if (rows) rows.push(item);
      else table.rows.set(item.target, [item]);
    }
    known.set(all, table);
  }
  const { rows } = table;
  const classes = (Array.isArray(target) ? target : [target]).filter((one) => rows.has(one));
  return classes.length > 1 ? undefined : ((rows.get(classes[0]) ?? []) as Item[]);
}
