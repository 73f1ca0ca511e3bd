export {
  payCallbackRoutes,
  type NotifiedMerchant,
  type PayCallbackParts,
  type PayNotification,
} from './callback.routes';
export type { MerchantV2, UnknownReason } from './call-v2';
export { checkRedPacket, packetFields, type PacketProblem, type RedPacket } from './red-packet';
export {
  officialPayHost,
  openRedPackets,
  type CallTrace,
  type QueryResult,
  type RedPacketClient,
  type SendResult,
} from './red-packet.client';
export {
  redPacketErrors,
  refusalOf,
  type RefusalClass,
  type RefusalRow,
} from './red-packet-errors';
export { packetStateOf, packetStates, type PacketState } from './red-packet-states';
export { MerchantPay, PayUnclear, type MerchantV3, type V3Parts } from './v3';
export { faultOfV3, openResource, platformKeys, type PlatformKeys } from './verify-v3';
