export { checkRule, type RuleProblem, type RuleProblemCode } from './check-rule';
export { compileRules, type CompiledRules } from './compile-rules';
export {
  explainRules,
  WHY_CODES,
  type ConsideredRule,
  type Explanation,
  type Why,
  type WhyCode,
} from './explain-rules';
export { findConflicts, type RuleConflict } from './find-conflicts';
export { fold } from './fold';
export { matchRules } from './match-rules';
export { HEAVIEST_TOGETHER, weightOf } from './pattern';
export {
  RULE_MATCHES,
  type Rule,
  type RuleContext,
  type RuleHit,
  type RuleMatch,
  type Said,
} from './rule';
