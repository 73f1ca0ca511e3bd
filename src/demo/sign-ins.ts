import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../kernel/access';
import type { Settings } from '../kernel/settings';
import { demoNames } from './words';

export type DemoSignIn = { name: string; email: string; password: string; role: Role };

const fileOf = (settings: Settings) => join(settings.dataDir, 'demo-sign-ins.json');

/** The demo operators of this installation; none when it is no demo. */
export function demoSignIns(settings: Settings): DemoSignIn[] {
  const file = fileOf(settings);
  if (!existsSync(file)) return [];
  return JSON.parse(readFileSync(file, 'utf8')) as DemoSignIn[];
}

/** Random per installation, kept for its owner's eyes only. */
export function makeDemoSignIns(settings: Settings): DemoSignIn[] {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const word = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  const password = () => `${word()}-${word()}-${word()}`;
  const [owner, operator, reviewer] = demoNames.operators;
  const signIns: DemoSignIn[] = [
    { name: owner, email: 'owner@demo.example', password: password(), role: 'owner' },
    { name: operator, email: 'operator@demo.example', password: password(), role: 'operator' },
    { name: reviewer, email: 'reviewer@demo.example', password: password(), role: 'reviewer' },
  ];
  writeFileSync(fileOf(settings), `${JSON.stringify(signIns, null, 2)}\n`, { mode: 0o600 });
  return signIns;
}
