export { RoomCodeRow } from './room-code.entity';
export { roomCodeOperations } from './room-codes.operations';
export { addRoomCode } from './save-room-code';
export { RoomCodeForm } from './room-code.schema';
export { lookAtRoomCodes, registerRoomCodes } from './settle-room-code';
