export { checkOperations } from './check.operations';
export { registerRulePublishing } from './publish-draft';
export { lifeOperations } from './rule-life.operations';
