export { keepRemarkPhones, type PhonesRead } from './keep-remark-phones';
export { matchArrivals, registerFollowerMatch, startFollowerMatch } from './match-followers';
export { FollowerMatch, IdentityPhone, NotSamePerson } from './one-person.entity';
export { onePersonOperations } from './one-person.operations';
export { maskedPhone } from './phone';
