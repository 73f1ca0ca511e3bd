import { createConnection } from 'mysql2/promise';
import { readFileSync } from 'node:fs';
import { fieldList } from '/work/main/src/segments/fields';
import { membersWhere } from '/work/main/src/segments/members';
import { topConditions, type Rule } from '/work/main/src/segments/rule';
const [url] = readFileSync('/tmp/segbench.url','utf8').split('\n');
const judging = { fields: fieldList(), now: Date.parse('2026-11-21T06:32:00Z'), zone: 'Asia/Shanghai' };
const narrow: Rule = { all: [
 { field: 'state', op: 'is', value: 'following' },
 { field: 'followedAt', op: 'within', value: 30 },
 { field: 'sourceScene', op: 'is', value: 'store-7' },
 { field: 'tag', op: 'has-any', value: '会员' },
 { field: 'event:message-in', op: 'at-least', value: 1, within: 30 } ] };
const broad: Rule = { all: [
 { field: 'state', op: 'is', value: 'following' },
 { field: 'followedAt', op: 'within', value: 365 },
 { field: 'lastActiveAt', op: 'within', value: 90 },
 { field: 'tag', op: 'has-any', value: '会员' },
 { field: 'event:message-in', op: 'at-least', value: 1, within: 90 } ] };
async function main() {
  const c = await createConnection(url!);
  const time = async (name: string, sql: string, params: unknown[]) => {
    let best = Infinity; let out: any;
    for (let i = 0; i < 3; i++) { const t = performance.now(); [out] = await c.query(sql, params) as any; best = Math.min(best, performance.now() - t); }
    console.log(name.padEnd(40), best.toFixed(0).padStart(6), 'ms', JSON.stringify(out[0]));
  };
  for (const [name, rule] of [['narrow', narrow], ['broad', broad]] as const) {
    const w = membersWhere(rule, judging);
    await time(name + ' distinct', `SELECT COUNT(DISTINCT i.personId) n FROM identity i WHERE ${w.text}`, [...w.params]);
    await time(name + ' count', `SELECT COUNT(*) n FROM identity i WHERE ${w.text}`, [...w.params]);
    const [plan] = await c.query(`EXPLAIN SELECT COUNT(*) n FROM identity i WHERE ${w.text}`, [...w.params]) as any;
    console.table(plan.map((r: any) => ({ type: r.select_type, table: r.table, access: r.type, key: r.key, rows: r.rows, extra: r.Extra })));
    for (const one of topConditions(rule)) { const v = membersWhere(one, judging); await time('  alone ' + JSON.stringify(one).slice(10, 40), `SELECT COUNT(DISTINCT i.personId) n FROM identity i WHERE ${v.text}`, [...v.params]);
      await time('  alone count', `SELECT COUNT(*) n FROM identity i WHERE ${v.text}`, [...v.params]); }
  }
  await c.end();
}
void main();
