import type { AccountBook } from '../accounts';
import type { Attachments } from '../attachments';
import type { OfficialAccountClient } from '../channels/official-account';
import type { WeComClient } from '../channels/wecom';
import type { Replies } from '../replies';
import type { Sending } from '../sending';

/** The doors a demo comes in by: those of the running product. */
export type DemoParts = {
  book: AccountBook;
  officialAccounts: OfficialAccountClient;
  wecom: WeComClient;
  attachments: Attachments;
  replies: Replies;
  sending: Sending;
};
