export { OutreachMoment } from './moments/moment.entity';
export { Outreach, OutreachOrder, OutreachRecipient, OutreachSetting } from './outreach.entity';
export { outreachOperations } from './outreach.operations';
export { registerOutreach } from './register-outreach';
export { OutreachBody } from './outreach.schema';
export { addOutreach, outreachUsing } from './save-outreach';
export { startOutreach } from './start-outreach';
export { ordersWaitingFor, planDigest, type WaitingOrder } from './tell-reps';
