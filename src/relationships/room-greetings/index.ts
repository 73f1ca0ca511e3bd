export { addRoomGreeting } from './add-room-greeting';
export { RoomGreetingRow } from './room-greeting.entity';
export { roomGreetingOperations } from './room-greetings.operations';
export { registerRoomGreetings } from './settle-greeting';
