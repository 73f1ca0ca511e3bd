export { askedSegments } from './asked-segments';
export { checkRule, type RuleProblem, type RuleProblemCode } from './check-rule';
export { compileInSteps, compileRules, type CompiledRules } from './compile-rules';
export { isOverMidnight, type Conditions, type Hours, type Unmet } from './conditions';
export {
  explainRules,
  WHY_CODES,
  type ConsideredRule,
  type Explanation,
  type Why,
  type WhyCode,
} from './explain-rules';
export { conflictsOfRule, conflictsWith, findConflicts, type RuleConflict } from './find-conflicts';
export { fold, foldEventKey } from './fold';
export { matchRules } from './match-rules';
export { hear } from './prepare-rule';
export { withoutRule, withRule } from './overlay-rule';
export { localTime } from './local-time';
export { judgeConditions, whyNotAt, type Circumstances } from './unmet';
export { HEAVIEST_TOGETHER, weightOf } from './pattern';
export {
  RULE_MATCHES,
  type Rule,
  type RuleContext,
  type RuleHit,
  type RuleMatch,
  type Said,
} from './rule';
export { applyRule } from './rule-applies';
