import type { AccountBook } from '../accounts';
import type { Actor } from '../kernel/access';
import type { Kit } from '../kernel/kit';
import { text, type Locale } from '../kernel/text';
import { opsFor, type Field } from './fields';
import { loadFields } from './load-fields';

type Option = { value: string; name: string };

const mostOptions = 500;

/** What a rule may ask, with names for people and the choices there are. */
export async function listFields(
  kit: Pick<Kit, 'db'>,
  accounts: AccountBook,
  actor: Actor,
  locale: Locale,
) {
  const fields = await loadFields(kit.db);
  const isVisible = (id: string) => actor.accountIds === 'all' || actor.accountIds.includes(id);
  const tags = await kit.db.read.all<{ name: string }>(
    `SELECT name FROM tag ORDER BY name LIMIT ${mostOptions}`,
  );
  const scenes = await kit.db.read.all<{ accountId: string; scene: string; name: string }>(
    `SELECT accountId, scene, name FROM scene ORDER BY name LIMIT ${mostOptions}`,
  );
  const sceneOptions = unique(
    scenes
      .filter(({ accountId }) => isVisible(accountId))
      .map(({ scene, name }) => ({ value: scene, name })),
  );
  const optionsOf = (field: Field): Option[] | undefined => {
    if (field.place.in === 'account') {
      return accounts
        .all()
        .filter(({ id, kind }) => kind === 'official-account' && isVisible(id))
        .map(({ platformId, name }) => ({ value: platformId, name }));
    }
    if (field.place.in === 'tags') return tags.map(({ name }) => ({ value: name, name }));
    if (field.field === 'sourceScene' || field.field === 'firstScene') return sceneOptions;
    const { choices } = field;
    if (!choices) return undefined;
    const isOwn = field.place.in === 'custom';
    return choices.map((value) => ({
      value,
      name: isOwn ? value : text(locale, `segment.choice.${field.field}.${value}`),
    }));
  };
  return [...fields.values()].map((field) => {
    const options = optionsOf(field);
    return {
      field: field.field,
      group: field.group,
      groupName: text(locale, `segment.group.${field.group}`),
      name: field.name ?? text(locale, `segment.field.${field.field}`),
      type: field.type,
      ops: Object.entries(opsFor(field)).map(([op, shape]) => ({
        op,
        name: text(locale, `segment.op.${op}`),
        needsValue: shape.value !== 'none',
        valueType: shape.value,
        ...(shape.within ? { within: 'days' as const } : {}),
      })),
      ...(options ? { options } : {}),
    };
  });
}

function unique(options: readonly Option[]): Option[] {
  return [...new Map(options.map((option) => [option.value, option])).values()];
}
