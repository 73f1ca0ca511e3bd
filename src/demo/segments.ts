import type { Kit } from '../kernel/kit';
import { addSegment, countSegment, type Condition, type Rule } from '../segments';
import { seeder } from './seeder';
import { demoNames } from './words';

export type DemoSegment = keyof typeof demoNames.segments;
export type DemoSegments = Record<DemoSegment, string>;

const following: Condition = { field: 'state', op: 'is', value: ['following'] };
const cameBy = (scene: string): Condition => ({ field: 'sourceScene', op: 'is', value: [scene] });
const tagged = (tag: string): Condition => ({ field: 'tag', op: 'has-any', value: [tag] });
/** Nobody who came this week: what the examples sent lies before today. */
const notNew: Condition = { field: 'followedAt', op: 'not-within', value: 7 };

const [member, , , , regular] = demoNames.tags;
const rules: Record<DemoSegment, Rule> = {
  members: { all: [following, cameBy('shop_jingan'), tagged(member)] },
  silent: { all: [following, { field: 'lastActiveAt', op: 'not-within', value: 30 }] },
  parcel: { all: [following, cameBy('parcel_card'), notNew] },
  regulars: { all: [following, cameBy('parcel_card'), tagged(regular), notNew] },
};

/** The demo's segments, counted; their ids by name. One that is there already stays as it is. */
export async function addSegments(kit: Kit): Promise<DemoSegments> {
  const known = await kit.db.read.all<{ id: string; name: string }>(`SELECT id, name FROM segment`);
  const ids = {} as DemoSegments;
  for (const key of Object.keys(rules) as DemoSegment[]) {
    const name = demoNames.segments[key];
    const rule = rules[key];
    ids[key] =
      known.find((one) => one.name === name)?.id ??
      (await addSegment(kit, seeder, { name, rule })).id;
    await countSegment(kit, ids[key]);
  }
  return ids;
}
