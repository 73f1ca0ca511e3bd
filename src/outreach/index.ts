export { Outreach, OutreachOrder, OutreachRecipient, OutreachSetting } from './outreach.entity';
export { outreachOperations } from './outreach.operations';
export { registerOutreach } from './register-outreach';
export { outreachUsing } from './save-outreach';
export { ordersWaitingFor, planDigest, type WaitingOrder } from './tell-reps';
