export { acquisitionNews, registerBalanceNotices } from './acquisition-news';
export { balanceOperation } from './balance.operations';
export { arrivalJob, registerWayArrivals } from './arrive-by-way';
export { registerWayLooks } from './look-at-ways';
export { enqueueSettling, registerWaySettling } from './settle-way';
export { ContactWayRow } from './way.entity';
export { addWay } from './save-way';
export { wayOperations } from './ways.operations';
export { WayForm } from './way.schema';
