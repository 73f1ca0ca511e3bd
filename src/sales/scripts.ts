import { execute, insertRows, type Scalar, type Tx } from '../kernel/database';
import { InvalidInput, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { isRenderable } from './render-script';
import type { SalesScript } from './script.entity';
import { fitOf, goodFit } from './search-scripts';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'settings'>;

/** Whose scripts: the corp's, or one rep's own. */
export type ScriptOwner = { readonly accountId: string; readonly userId: string | null };
export type ScriptWords = { title: string; folder: string; text: string };

/** One brand has tens of scripts, a hard-working one hundreds; what is older than these is not offered. */
const mostSearched = 1_000;

type Facts = { [Name in keyof SalesScript]: SalesScript[Name] };
export type FoundScript = Facts & {
  /** More than a pair in common with what was looked for. */
  fits: boolean;
};

/**
 * Shared ones and the rep's own, best first: with anything in common with `q`, which answer what a customer
 * `asked`, or else the most used.
 */
export async function findScripts(
  { db }: Pick<Kit, 'db'>,
  rep: { accountId: string; userId: string | null },
  by: { q?: string | undefined; asked?: string | undefined; folder?: string | undefined },
): Promise<FoundScript[]> {
  const mine = rep.userId === null ? 'userId IS NULL' : '(userId IS NULL OR userId = ?)';
  const params: Scalar[] = [rep.accountId, ...(rep.userId === null ? [] : [rep.userId])];
  const inFolder = by.folder === undefined ? '' : ' AND folder = ?';
  const rows = await db.read.all<Facts>(
    `SELECT * FROM sales_script WHERE accountId = ? AND ${mine}${inFolder}
     ORDER BY uses DESC, id DESC LIMIT ${mostSearched}`,
    [...params, ...(by.folder === undefined ? [] : [by.folder])],
  );
  const q = by.q?.trim() ?? '';
  const asked = by.asked?.trim() ?? '';
  const sought = q || asked;
  if (sought === '') return rows.map((row) => ({ ...row, fits: true }));
  return rows
    .map((row) => ({ row, fit: fitOf(sought, row) }))
    .filter(({ fit }) => (q === '' ? fit >= goodFit : fit > 0))
    .sort((a, b) => b.fit - a.fit)
    .map(({ row, fit }) => ({ ...row, fits: fit >= goodFit }));
}

/** The words that answer what somebody asked, if any script comes near. */
export async function suggestScript(
  kit: Pick<Kit, 'db'>,
  rep: { accountId: string; userId: string },
  question: string,
): Promise<SalesScript | undefined> {
  const [best] = await findScripts(kit, rep, { asked: question });
  return best;
}

/** A script this owner may change; another's is not there. */
export async function scriptOf(
  { db }: Pick<Kit, 'db'>,
  owner: ScriptOwner,
  id: string,
): Promise<SalesScript> {
  const [row] = await db.read.all<SalesScript>(
    `SELECT * FROM sales_script WHERE id = ? AND accountId = ?`,
    [id, owner.accountId],
  );
  if (!row || row.userId !== owner.userId) throw new NotFound();
  return row;
}

export async function addScript(
  kit: Part,
  tx: Tx,
  owner: ScriptOwner,
  words: ScriptWords,
): Promise<string> {
  refuseUnsaid(kit, words);
  const id = kit.newId();
  const at = kit.clock.business();
  const { title, folder, text: body } = words;
  await insertRows(tx, 'sales_script', [
    { id, ...owner, title, folder, body, uses: 0, lastUsedAt: null, createdAt: at, updatedAt: at },
  ]);
  return id;
}

export async function changeScript(kit: Part, tx: Tx, id: string, words: ScriptWords) {
  refuseUnsaid(kit, words);
  await execute(
    tx,
    `UPDATE sales_script SET title = ?, folder = ?, body = ?, updatedAt = ? WHERE id = ?`,
    [words.title, words.folder, words.text, kit.clock.business(), id],
  );
}

export async function dropScript(tx: Tx, id: string): Promise<void> {
  await execute(tx, `DELETE FROM sales_script WHERE id = ?`, [id]);
}

function refuseUnsaid({ settings, clock }: Part, { text }: ScriptWords): void {
  if (isRenderable(text, settings.orgZone, clock.business())) return;
  throw new InvalidInput('input_invalid', { errors: [{ path: 'text', code: 'liquid_invalid' }] });
}
