import { openCalls } from '../wire/call';
import { keepAgentTokens, type WeComTokenParts } from './access-token';
import type { CallingAgent } from './account';
import * as links from './acquisition-links';
import * as app from './app-messages';
import type { Calls } from './calls';
import * as ways from './contact-ways';
import * as contacts from './contacts';
import * as ids from './convert-ids';
import * as tags from './corp-tags';
import * as directory from './directory';
import { weComOutcomeOf } from './errors';
import { keepTickets } from './js-tickets';
import * as kf from './kf';
import * as mass from './mass-messages';
import * as media from './media';
import * as moments from './moments';
import * as rooms from './rooms';
import { signedIn } from './sign-in';
import * as transfers from './transfers';
import * as welcome from './welcome';

export type WeComClient = ReturnType<typeof openWeCom>;

/**
 * Everything we ask of WeCom, each call by one app of a corp. Reads and settings throw `WeChatError` or
 * `WeChatUnclear`; what is said to people returns how it ended, because *refused* is not *nobody knows*.
 */
export function openWeCom(parts: WeComTokenParts) {
  const tokens = keepAgentTokens(parts);
  const calls = openCalls<CallingAgent>({
    http: parts.http,
    tokens,
    apiOf: parts.apiOf,
    outcomeOf: weComOutcomeOf,
  });
  const bound =
    <Rest extends unknown[], Answer>(
      call: (calls: Calls, agent: CallingAgent, ...rest: Rest) => Answer,
    ) =>
    (agent: CallingAgent, ...rest: Rest): Answer =>
      call(calls, agent, ...rest);

  return {
    tokens,
    /** For `config` and for `agentConfig` of the pages inside WeCom. */
    corpTickets: keepTickets(parts, calls, 'corp'),
    agentTickets: keepTickets(parts, calls, 'agent'),

    listReps: bound(contacts.listReps),
    listContacts: bound(contacts.listContacts),
    getContact: bound(contacts.getContact),
    listContactsOf: bound(contacts.listContactsOf),
    remarkContact: bound(contacts.remarkContact),

    listCorpTags: bound(tags.listCorpTags),
    addCorpTags: bound(tags.addCorpTags),
    editCorpTag: bound(tags.editCorpTag),
    deleteCorpTags: bound(tags.deleteCorpTags),
    markContact: bound(tags.markContact),

    listRooms: bound(rooms.listRooms),
    getRoom: bound(rooms.getRoom),
    roomStatistics: bound(rooms.roomStatistics),
    roomIdOf: bound(rooms.roomIdOf),

    addContactWay: bound(ways.addContactWay),
    changeContactWay: bound(ways.changeContactWay),
    getContactWay: bound(ways.getContactWay),
    listContactWays: bound(ways.listContactWays),
    deleteContactWay: bound(ways.deleteContactWay),
    addRoomCode: bound(ways.addRoomCode),
    changeRoomCode: bound(ways.changeRoomCode),
    getRoomCode: bound(ways.getRoomCode),
    deleteRoomCode: bound(ways.deleteRoomCode),

    createAcquisitionLink: bound(links.createAcquisitionLink),
    changeAcquisitionLink: bound(links.changeAcquisitionLink),
    deleteAcquisitionLink: bound(links.deleteAcquisitionLink),
    listAcquisitionLinks: bound(links.listAcquisitionLinks),
    listAcquired: bound(links.listAcquired),
    acquisitionBalance: bound(links.acquisitionBalance),

    sendWelcome: bound(welcome.sendWelcome),
    addRoomWelcome: bound(welcome.addRoomWelcome),
    changeRoomWelcome: bound(welcome.changeRoomWelcome),
    deleteRoomWelcome: bound(welcome.deleteRoomWelcome),

    orderMassMessage: bound(mass.orderMassMessage),
    listMassTasks: bound(mass.listMassTasks),
    listMassResults: bound(mass.listMassResults),
    listMassMessages: bound(mass.listMassMessages),
    remindMassSenders: bound(mass.remindMassSenders),
    cancelMassMessage: bound(mass.cancelMassMessage),

    orderMoment: bound(moments.orderMoment),
    momentJob: bound(moments.momentJob),
    listMoments: bound(moments.listMoments),
    listMomentTasks: bound(moments.listMomentTasks),
    listMomentReceivers: bound(moments.listMomentReceivers),
    momentReactions: bound(moments.momentReactions),
    cancelMoment: bound(moments.cancelMoment),

    transferContacts: bound(transfers.transferContacts),
    listTransferResults: bound(transfers.listTransferResults),
    listUnassigned: bound(transfers.listUnassigned),
    transferRooms: bound(transfers.transferRooms),

    tellStaff: bound(app.tellStaff),
    settleCard: bound(app.settleCard),
    recallStaffMessage: bound(app.recallStaffMessage),

    listDepartments: bound(directory.listDepartments),
    listStaff: bound(directory.listStaff),
    getStaffMember: bound(directory.getStaffMember),
    signedIn: bound(signedIn),

    externalIdOfUnionid: bound(ids.externalIdOfUnionid),
    pendingIdsOf: bound(ids.pendingIdsOf),
    openidOfContact: bound(ids.openidOfContact),
    openidOfStaff: bound(ids.openidOfStaff),

    listKfAccounts: bound(kf.listKfAccounts),
    kfLink: bound(kf.kfLink),
    pullKfMessages: bound(kf.pullKfMessages),
    sayInKf: bound(kf.sayInKf),
    answerKfEvent: bound(kf.answerKfEvent),
    kfServicers: bound(kf.kfServicers),
    kfState: bound(kf.kfState),
    moveKfChat: bound(kf.moveKfChat),
    getKfVisitors: bound(kf.getKfVisitors),

    uploadMedia: bound(media.uploadMedia),
    uploadPicture: bound(media.uploadPicture),
    uploadAttachment: bound(media.uploadAttachment),
    fetchMedia: bound(media.fetchMedia),
  };
}
