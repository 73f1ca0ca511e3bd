export { checkOperations } from './check.operations';
export { faqLife } from './faq-life';
export { ruleLife } from './rule-life';
export { ruleLifeOperations } from './rule-life.operations';
export { settingsLife } from './settings-life';
