export { keepRemarkPhones, type PhonesRead } from './keep-remark-phones';
export { matchArrivals, registerFollowerMatch, startFollowerMatch } from './match-followers';
export { FollowerMatch, IdentityPhone, NotSamePerson } from './one-person.entity';
export { maskedPhone } from './phone';
