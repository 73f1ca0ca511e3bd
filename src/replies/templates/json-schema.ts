import { z } from 'zod';
import { templateFile } from './template-files.schema';

/** By file name, for editors: what may stand in a file of a templates folder. */
export function templateSchemas(): Record<string, object> {
  const schema = z.toJSONSchema(templateFile, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => allowTextFile(jsonSchema),
  });
  return { 'templates.json': { ...schema, title: 'Guanxi: replies as files' } };
}

type Part = z.core.JSONSchema.BaseSchema;

/** Wherever a text may stand, a file with the text may stand in its place. */
function allowTextFile(schema: Part): void {
  const { type, text, ...rest } = schema.properties ?? {};
  if (text === undefined || typeof type !== 'object' || type.const !== 'text') return;
  schema.properties = {
    type,
    text,
    file: { type: 'string', description: 'A Liquid file in this folder, as texts/welcome.liquid' },
    ...rest,
  };
  schema.required = ['type'];
  schema.oneOf = [{ required: ['text'] }, { required: ['file'] }];
}

export const schemaText = (schema: object): string => `${JSON.stringify(schema, null, 2)}\n`;
