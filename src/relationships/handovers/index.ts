export { Handover, HandoverItem, HandoverRoom } from './handover.entity';
export { handoverOperations } from './handovers.operations';
export { handoverNews } from './hear-handover';
export { registerHandovers } from './run-handover';
export { giverOperations } from './givers.operations';
export { orderHandover } from './order-handover';
