import { join } from 'node:path';
import type { Kit } from '../kernel/kit';
import { importTemplates, readTemplates, shippedTemplates } from '../replies';
import { enqueueKfListing, saveKf } from '../kf';
import { until } from './patience';
import type { SandboxDriver } from '../accounts';
import { seeder } from './seeder';
import { demoNames } from './words';

const { corpId, customerService } = demoNames.corp;

/** The corp's WeChat customer service, on and greeting: whoever opens it on the sandbox phone is answered. */
export async function addCustomerService(
  kit: Kit,
  driver: SandboxDriver,
  accountId: string,
): Promise<void> {
  await answerThere(kit, accountId);
  const { name, welcome } = customerService;
  const path = `/wecom/corps/${corpId}/kf`;
  const { items } = await driver.get<{ items: { name: string }[] }>(path);
  if (!items.some((one) => one.name === name)) await driver.post(path, { name });
  await kit.db.transact((tx) => enqueueKfListing(kit, tx, accountId));
  kit.work.ring();
  const known = () =>
    kit.db.read.all<{ kfId: string }>(`SELECT kfId FROM kf_account WHERE accountId = ?`, [
      accountId,
    ]);
  await until(kit, 'customer service is known', async () => (await known()).length > 0);
  for (const { kfId } of await known()) {
    const form = { accountId, kfId, enabled: true, welcome };
    await kit.db.transact((tx) => saveKf(kit, tx, seeder, form));
  }
  const { serving, away } = customerService;
  const { items: made } = await driver.get<{ items: { kfId: string }[] }>(path);
  for (const { kfId } of made) await driver.post(`${path}/${kfId}/servicers`, { serving, away });
  kit.work.ring();
}

/** Rules of the Official Account are its own; here too 「人工」 brings a person, and nobody is left without a word. */
async function answerThere(kit: Kit, accountId: string): Promise<void> {
  const templates = await readTemplates(join(shippedTemplates(), 'beauty'));
  const rules = templates.rules.filter(({ key }) => key === 'agent');
  const ofCorp = { ...templates, rules, faqs: [], welcome: undefined };
  await importTemplates(kit, ofCorp, { actor: seeder, accountId });
}
