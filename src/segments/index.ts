export { compileRule, type Judging, type Sql } from './compile-rule';
export { fieldList, ownFields, type CustomField, type Field, type FieldList } from './fields';
export { holds, type Facts } from './holds';
export { membersSql, membersWhere, type Scope } from './members';
export { readRule } from './read-rule';
export { topConditions, type Condition, type Rule } from './rule';
export { countPersons, judgingNow, samplePersons } from './count-members';
export { ruleOfSegment, segmentOperations } from './segment.operations';
export { Segment } from './segment.entity';
