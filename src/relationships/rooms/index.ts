export { readRoomAgain, roomNews } from './hear-room';
export { registerRoomDays } from './count-room-days';
export { roomFigureOperations } from './room-figures.operations';
export { RoomDay, RoomEpisode, RoomMemberRow, RoomRow } from './room.entity';
export { roomOperations } from './rooms.operations';
export { registerRooms, startRoomSync } from './sync-rooms';
export { tellRoomHistory } from './tell-room-history';
