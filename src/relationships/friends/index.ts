export { ContactView } from './contact.schema';
export { contactJob, registerContactFetch } from './fetch-contact';
export { ContactProfile, LinkEpisode, StaffLink, StaffMemberRow } from './friend.entity';
export { friendNews } from './hear-friend';
export { presentContacts } from './present-contacts';
export { keepLink } from './keep-link';
