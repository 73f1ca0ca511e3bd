export { auditOperations } from './audit.operations';
export { ApiToken, Operator, OperatorSession } from './operator.entity';
export { operatorOperations } from './operators.operations';
export {
  addOperator,
  countOperators,
  firstOwnerToken,
  prepareOperator,
  type NewOperator,
} from './operators';
export { sessionOperations, type SignInHints } from './session.operations';
export { Sessions } from './sessions';
export { workOperations } from './work.operations';
export { healthRoutes, openMetrics, type Metrics, type Readiness } from './health';
export { servePages } from './pages';
export { missedRunOperations } from './missed-runs.operations';
export { overviewOperations } from './overview.operations';
