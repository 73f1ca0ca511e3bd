import type { OutgoingMessage } from '../inbound-event';
import { keepTokens, type TokenParts } from './access-token';
import type { CallingAccount } from './account';
import { openCalls, type Ended } from './call';
import { sendCustomerServiceMessage, showTyping } from './customer-service-message';
import { outcomeOf } from './errors';
import { getFollower, getFollowers, listFollowers } from './followers';
import { fetchMedia, uploadMedia, type MediaFile, type MediaType } from './media';
import {
  addPersonalMenu,
  createMenu,
  deleteMenu,
  deletePersonalMenu,
  getMenus,
  matchMenu,
  type MenuEntry,
} from './menu';
import { createQrCode } from './qr-code';
import {
  createTag,
  deleteTag,
  listTagged,
  listTags,
  renameTag,
  tagFollowers,
  untagFollowers,
} from './tags';
import { listTemplates, sendTemplateMessage, type TemplateMessage } from './template-message';

export type OfficialAccountClient = ReturnType<typeof openOfficialAccounts>;

/**
 * Everything we ask of WeChat for an Official Account. Reads and settings throw `WeChatError` or `WeChatUnclear`;
 * the two sends return how they ended, because a sender must tell *refused* from *nobody knows*.
 */
export function openOfficialAccounts(parts: TokenParts) {
  const tokens = keepTokens(parts);
  const calls = openCalls<CallingAccount>({
    http: parts.http,
    tokens,
    apiOf: (account) => parts.hostsOf(account).api,
    outcomeOf: (errcode) => outcomeOf(errcode),
  });
  type Account = CallingAccount;
  return {
    tokens,

    sendCustomerServiceMessage: (
      account: Account,
      openid: string,
      message: OutgoingMessage,
      agent?: string,
    ): Promise<Ended<undefined>> =>
      sendCustomerServiceMessage(calls, account, openid, message, agent),
    sendTemplateMessage: (
      account: Account,
      message: TemplateMessage,
    ): Promise<Ended<{ messageId: string }>> => sendTemplateMessage(calls, account, message),

    /** For up to fifteen seconds, unless a message comes first. */
    showTyping: (account: Account, openid: string) => showTyping(calls, account, openid),

    listTemplates: (account: Account) => listTemplates(calls, account),
    listFollowers: (account: Account, after?: string) => listFollowers(calls, account, after),
    getFollower: (account: Account, openid: string) => getFollower(calls, account, openid),
    getFollowers: (account: Account, openids: readonly string[]) =>
      getFollowers(calls, account, openids),

    listTags: (account: Account) => listTags(calls, account),
    createTag: (account: Account, name: string) => createTag(calls, account, name),
    renameTag: (account: Account, id: number, name: string) => renameTag(calls, account, id, name),
    deleteTag: (account: Account, id: number) => deleteTag(calls, account, id),
    listTagged: (account: Account, id: number, after?: string) =>
      listTagged(calls, account, id, after),
    tagFollowers: (account: Account, id: number, openids: readonly string[]) =>
      tagFollowers(calls, account, id, openids),
    untagFollowers: (account: Account, id: number, openids: readonly string[]) =>
      untagFollowers(calls, account, id, openids),

    createQrCode: (account: Account, wanted: { scene: string; expiresInSeconds?: number }) =>
      createQrCode(calls, account, parts.hostsOf(account), wanted),
    createMenu: (account: Account, menu: readonly MenuEntry[]) => createMenu(calls, account, menu),
    getMenus: (account: Account) => getMenus(calls, account),
    deleteMenu: (account: Account) => deleteMenu(calls, account),
    addPersonalMenu: (account: Account, menu: readonly MenuEntry[], tagId: number) =>
      addPersonalMenu(calls, account, menu, tagId),
    deletePersonalMenu: (account: Account, menuId: string) =>
      deletePersonalMenu(calls, account, menuId),
    matchMenu: (account: Account, openid: string) => matchMenu(calls, account, openid),
    uploadMedia: (account: Account, type: MediaType, file: MediaFile) =>
      uploadMedia(calls, account, type, file),
    fetchMedia: (account: Account, mediaId: string) => fetchMedia(calls, account, mediaId),
  };
}
