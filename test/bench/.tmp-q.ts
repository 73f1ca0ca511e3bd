import { createConnection } from 'mysql2/promise';
import { readFileSync } from 'node:fs';
import { fieldList } from '/work/main/src/segments/fields';
import { membersWhere } from '/work/main/src/segments/members';
import { type Rule } from '/work/main/src/segments/rule';
const [url] = [process.argv[2]!];
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
    for (let i = 0; i < 2; i++) { const t = performance.now(); [out] = await c.query(sql, params) as any; best = Math.min(best, performance.now() - t); }
    console.log(name.padEnd(40), best.toFixed(0).padStart(6), 'ms', JSON.stringify(out[0]));
  };
  for (const [name, rule] of [['narrow', narrow], ['broad', broad]] as const) {
    const w = membersWhere(rule, judging);
    await time(name + ' count', `SELECT COUNT(*) n FROM identity i WHERE ${w.text}`, [...w.params]);
    for (const flags of ['semijoin=off', 'semijoin=off,exists_to_in=off,materialization=off']) {
      await c.query(`SET optimizer_switch='default'`); await c.query(`SET optimizer_switch='${flags}'`);
      await time(name + ' ' + flags, `SELECT COUNT(*) n FROM identity i WHERE ${w.text}`, [...w.params]);
      const [plan] = await c.query(`EXPLAIN SELECT COUNT(*) n FROM identity i WHERE ${w.text}`, [...w.params]) as any;
      console.table(plan.map((r: any) => ({ type: r.select_type, table: r.table, access: r.type, key: r.key, rows: r.rows, extra: r.Extra })));
    }
    await c.query(`SET optimizer_switch='default'`);
      const [plan] = await c.query(`EXPLAIN SELECT COUNT(*) n FROM identity i WHERE ${w.text}`, [...w.params]) as any;
      console.table(plan.map((r: any) => ({ type: r.select_type, table: r.table, access: r.type, key: r.key, rows: r.rows, extra: r.Extra })));
  }
  await c.end();
}
void main();
