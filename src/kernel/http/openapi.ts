import { z } from 'zod';
import { keepsKeys, longestKey, type Operation } from './operation';

/** The API as OpenAPI 3.1, from the very schemas that check requests. */
export function describeApi(operations: readonly Operation[], version: string): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const path = (paths[operation.path] ??= {});
    path[operation.method.toLowerCase()] = describeOperation(operation);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Guanxi API', version },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'guanxi-session' },
      },
      schemas: { Problem: problem },
    },
    paths,
  };
}

const problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          path: { type: 'string' },
          code: { type: 'string' },
          message: { type: 'string' },
          params: { type: 'object' },
        },
      },
    },
  },
};

function describeOperation(operation: Operation): unknown {
  const good = operation.status ?? (operation.response ? 200 : 204);
  const content = operation.rawBody
    ? { [operation.rawBody.contentType]: { schema: { type: 'string' } } }
    : operation.body
      ? { 'application/json': { schema: jsonSchema(operation.body, 'input') } }
      : undefined;
  return {
    summary: operation.summary,
    operationId: `${operation.method.toLowerCase()} ${operation.path}`.replace(
      /[^a-zA-Z0-9]+/g,
      '_',
    ),
    'x-permission': operation.permission,
    ...(operation.permission === 'public' ? {} : { security: [{ token: [] }, { session: [] }] }),
    parameters: [
      ...describeParameters(operation.params, 'path'),
      ...describeParameters(operation.query, 'query'),
      ...(keepsKeys(operation) && operation.permission !== 'public'
        ? [describeKey(operation)]
        : []),
    ],
    ...(content ? { requestBody: { required: true, content } } : {}),
    responses: {
      [good]: {
        description: 'done',
        ...(operation.response
          ? {
              content: { 'application/json': { schema: jsonSchema(operation.response, 'output') } },
            }
          : {}),
      },
      default: {
        description: 'refused',
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    },
  };
}

const describeKey = ({ movesMoney = false }: Operation) => ({
  name: 'Idempotency-Key',
  in: 'header',
  required: movesMoney,
  description:
    'Your own name for this request: sent again under it, it is answered, not done again',
  schema: { type: 'string', minLength: 1, maxLength: longestKey },
});

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): unknown {
  const made = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Record<string, unknown>;
  delete made['$schema'];
  return made;
}

const names = new WeakMap<z.ZodType, readonly string[]>();

/** The parameters a query may have, as the description of the API lists them. */
export function parameterNames(schema: z.ZodType): readonly string[] {
  const found = names.get(schema);
  if (found) return found;
  const { properties = {} } = jsonSchema(schema, 'input') as { properties?: object };
  const made = Object.keys(properties);
  names.set(schema, made);
  return made;
}

function describeParameters(schema: z.ZodType | undefined, place: 'path' | 'query'): unknown[] {
  if (!schema) return [];
  const made = jsonSchema(schema, 'input') as {
    properties?: Record<string, unknown>;
    required?: string[];
  };
  return Object.entries(made.properties ?? {}).map(([name, inner]) => ({
    name,
    in: place,
    required: place === 'path' || (made.required ?? []).includes(name),
    schema: inner,
  }));
}
