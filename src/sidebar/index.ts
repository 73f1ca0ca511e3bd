export { endSessions } from './end-sessions';
export { RepSessions } from './rep-sessions';
export { SidebarSession } from './session.entity';
export { sidebarOperations, type SidebarParts } from './sidebar.operations';
