export { Account, type AccountKind, type World } from './account.entity';
