export { checkTemplates, playConversations, type TemplateCheck } from './check-templates';
export { importTemplates, type ImportedTemplates } from './import-templates';
export { readTemplates, type TemplateRule, type Templates } from './read-templates';
export type { TemplateProblem } from './read-yaml';
export type { Conversation, MessageTemplate } from './template-files.schema';
