export { noticeSettingsOf } from './notice-settings';
export { FriendNotice, NoticeSetting } from './notice.entity';
export { noticeOperations } from './notices.operations';
export { noticeJob, registerFriendNotices } from './tell-of-friend';
export { goneJob } from './tell-of-gone';
