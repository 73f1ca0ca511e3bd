export { roomNews } from './hear-room';
export { RoomEpisode, RoomMemberRow, RoomRow } from './room.entity';
export { roomOperations } from './rooms.operations';
export { registerRooms, startRoomSync } from './sync-rooms';
export { tellRoomHistory } from './tell-room-history';
