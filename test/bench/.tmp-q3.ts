import { createConnection } from 'mysql2/promise';
import { readFileSync } from 'node:fs';
import { fieldList } from '/work/main/src/segments/fields';
import { membersWhere } from '/work/main/src/segments/members';
import { type Rule } from '/work/main/src/segments/rule';
const pid = process.argv[3]!;
const cpu = () => { const f = readFileSync(`/proc/${pid}/stat`,'utf8').split(') ')[1]!.split(' '); return (Number(f[11]) + Number(f[12])) * 10; };
const judging = { fields: fieldList(), now: Date.parse('2026-11-21T06:32:00Z'), zone: 'Asia/Shanghai' };
const base: Rule[] = [
 { field: 'state', op: 'is', value: 'following' },
 { field: 'followedAt', op: 'within', value: 365 },
 { field: 'lastActiveAt', op: 'within', value: 90 },
 { field: 'tag', op: 'has-any', value: '会员' },
 { field: 'event:message-in', op: 'at-least', value: 1, within: 90 } ];
const rules: Record<string, Rule> = { narrow: { all: [
 { field: 'state', op: 'is', value: 'following' },
 { field: 'followedAt', op: 'within', value: 30 },
 { field: 'sourceScene', op: 'is', value: 'store-7' },
 { field: 'tag', op: 'has-any', value: '会员' },
 { field: 'event:message-in', op: 'at-least', value: 1, within: 30 } ] },
 broad: { all: base }, s1: base[0]!, cheap3: { all: base.slice(0,3) }, cheap3tag: { all: base.slice(0,4) } };
async function main() {
  const c = await createConnection(process.argv[2]!);
  for (const [name, rule] of Object.entries(rules)) {
    const w = membersWhere(rule, judging);
    for (const hint of ['', 'IGNORE INDEX (ix_identity_segment)'])
    for (const what of ['COUNT(*)', 'COUNT(DISTINCT i.personId)']) {
    let out: any; const ts: string[] = [];
    for (let i = 0; i < 2; i++) { const t = performance.now(), k = cpu(); [out] = await c.query(`SELECT ${what} n FROM identity i ${hint} WHERE ${w.text}`, [...w.params]) as any; ts.push(`${(performance.now()-t).toFixed(0)}(${cpu()-k} cpu)`); }
    console.log(name.padEnd(10), hint.slice(0,6).padEnd(7), what.padEnd(28), ts.join(' '), JSON.stringify(out[0])); }
  }
  await c.end();
}
void main();
