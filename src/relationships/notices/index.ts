export { noticeSettingsOf } from './notice-settings';
export { FriendNotice, NoticeSetting } from './notice.entity';
export { noticeOperations } from './notices.operations';
export { noticeJob, registerFriendNotices } from './tell-of-friend';
export { handedOverJob } from './tell-of-handover';
export { goneJob } from './tell-of-gone';
