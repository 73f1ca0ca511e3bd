import type { AccountBook } from '../accounts';
import type { Kit } from '../kernel/kit';
import { recordChange } from '../kernel/access';
import { addMaterial, addScript } from '../sales';
import { demoMaterials, demoScripts } from './sales-words';
import { seeder } from './seeder';

const nothing = { coverUrl: null, media: null, url: null, miniAppId: null, miniPage: null };

/** What the brand's reps have to say and to show, shared by all of them. */
export async function addSales(kit: Kit, book: AccountBook): Promise<void> {
  const corps = book.all().filter(({ kind, world }) => kind === 'wecom' && world === 'sandbox');
  for (const { id: accountId } of corps) {
    const [known] = await kit.db.read.all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM sales_script WHERE accountId = ?`,
      [accountId],
    );
    if (known?.n) continue;
    await kit.db.transact(async (tx) => {
      const wrote = (action: string, targetKind: string, targetId: string) =>
        recordChange(tx, seeder, {
          ...{ id: kit.newId(), at: kit.clock.system(), action, targetKind, targetId },
        });
      for (const words of demoScripts) {
        const id = await addScript(kit, tx, { accountId, userId: null }, words);
        await wrote('script.created', 'script', id);
      }
      for (const { title, description, body } of demoMaterials) {
        const facts = { ...nothing, kind: 'article', title, description, body } as const;
        await wrote('material.created', 'material', await addMaterial(kit, tx, accountId, facts));
      }
    });
  }
}
