import { createConnection } from 'mysql2/promise';
import { fieldList } from '/work/main/src/segments/fields';
import { membersWhere } from '/work/main/src/segments/members';
import { type Rule } from '/work/main/src/segments/rule';
const judging = { fields: fieldList(), now: Date.parse('2026-11-21T06:32:00Z'), zone: 'Asia/Shanghai' };
const rules: Record<string, Rule> = { narrow: { all: [
 { field: 'state', op: 'is', value: 'following' },
 { field: 'followedAt', op: 'within', value: 30 },
 { field: 'sourceScene', op: 'is', value: 'store-7' },
 { field: 'tag', op: 'has-any', value: '会员' },
 { field: 'event:message-in', op: 'at-least', value: 1, within: 30 } ] },
broad: { all: [
 { field: 'state', op: 'is', value: 'following' },
 { field: 'followedAt', op: 'within', value: 365 },
 { field: 'lastActiveAt', op: 'within', value: 90 },
 { field: 'tag', op: 'has-any', value: '会员' },
 { field: 'event:message-in', op: 'at-least', value: 1, within: 90 } ] },
s1: { field: 'state', op: 'is', value: 'following' } };
async function main() {
  const c = await createConnection(process.argv[2]!);
  for (const [name, rule] of Object.entries(rules)) {
    const w = membersWhere(rule, judging);
    for (const what of ['COUNT(*)', 'COUNT(DISTINCT i.personId)']) {
    let best = Infinity; let out: any;
    for (let i = 0; i < 3; i++) { const t = performance.now(); [out] = await c.query(`SELECT ${what} n FROM identity i WHERE ${w.text}`, [...w.params]) as any; best = Math.min(best, performance.now() - t); }
    console.log(name, what, best.toFixed(0).padStart(6), 'ms', JSON.stringify(out[0])); }
    const [plan] = await c.query(`EXPLAIN SELECT COUNT(*) n FROM identity i WHERE ${w.text}`, [...w.params]) as any;
    console.table(plan.map((r: any) => ({ type: r.select_type, table: r.table, access: r.type, key: r.key, rows: r.rows, extra: r.Extra })));
  }
  await c.end();
}
void main();
