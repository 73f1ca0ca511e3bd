export { RoomCodeRow } from './room-code.entity';
export { roomCodeOperations } from './room-codes.operations';
export { lookAtRoomCodes, registerRoomCodes } from './settle-room-code';
