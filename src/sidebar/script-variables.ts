import type { Kit } from '../kernel/kit';
import { renderScript } from '../sales';
import type { Caller, Person } from './people-door';

/** A script's words for one customer, in the mouth of this rep. */
export function renderFor(
  kit: Pick<Kit, 'clock' | 'settings'>,
  { actor }: Caller,
  person: Pick<Person, 'name' | 'named' | 'tags' | 'fields' | 'contacts'>,
  body: string,
) {
  const shop = person.contacts.find(({ accountId }) => accountId === actor.rep?.accountId);
  return renderScript(
    body,
    {
      // Nobody wants to be greeted by a mark that stands for a missing name.
      name: person.named ? person.name : '',
      rep: actor.name,
      shop: shop?.accountName ?? '',
      tags: person.tags.map(({ name }) => name),
      fields: person.fields,
      now: kit.clock.business(),
    },
    kit.settings.orgZone,
  );
}
