import { z } from 'zod';

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** A mistyped name may be told to whoever sent it; what is no plain word may be somebody's data. */
export const plainName = /^[A-Za-z][\w-]{0,31}$/;

/** The names an object may have at this path; of a choice, those of every form. */
export function knownNames(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node;
  let nodes = formsOf(root, [root]);
  for (const key of path)
    nodes = formsOf(
      root,
      nodes.flatMap((node) => inside(node, key)),
    );
  const names = nodes.flatMap(({ properties }) =>
    isNode(properties) ? Object.keys(properties) : [],
  );
  return [...new Set(names)];
}

function inside({ properties, items, prefixItems, additionalProperties }: Node, key: PropertyKey) {
  const named = isNode(properties) && typeof key === 'string' ? properties[key] : undefined;
  const placed = Array.isArray(prefixItems) ? (prefixItems[Number(key)] as unknown) : undefined;
  return [named ?? placed ?? (typeof key === 'number' ? items : additionalProperties)].filter(
    isNode,
  );
}

/** References followed and choices laid open; each node once, for schemas that contain themselves. */
function formsOf(root: Node, from: readonly Node[]): Node[] {
  const found = new Set(from);
  for (const node of found) {
    if (typeof node['$ref'] === 'string') found.add(referred(root, node['$ref']));
    for (const choice of ['anyOf', 'oneOf', 'allOf']) {
      const forms = node[choice];
      if (Array.isArray(forms)) for (const form of forms.filter(isNode)) found.add(form);
    }
  }
  return [...found];
}

/** `#` or `#/$defs/name`, as zod writes them. */
function referred(root: Node, reference: string): Node {
  const [, ...steps] = reference.split('/');
  const target = steps.reduce<unknown>(
    (node, step) => (isNode(node) ? node[step] : undefined),
    root,
  );
  return isNode(target) ? target : {};
}
