export { checkTemplates, testTemplates, type TemplateCheck } from './check-templates';
export type { TemplateChange } from './compare-templates';
export { exportTemplates, type ExportedTemplates } from './export-templates';
export {
  countChanges,
  diffTemplates,
  importTemplates,
  type ImportedTemplates,
} from './import-templates';
export { schemaText, templateSchemas } from './json-schema';
export { readTemplates, type Templates } from './read-templates';
export type { TemplateProblem } from './read-yaml';
export { brandsIn, shippedTemplates } from './shipped-brands';
export type { MessageTemplate } from './template-files.schema';
export { TemplateOrigin } from './template-origin.entity';
