import type { AccountBook } from '../accounts';
import type { Attachments } from '../attachments';
import type { WeComClient } from '../channels/wecom';
import type { Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import type { MediaLibrary } from '../media';
import { contactOperations } from './contact.operations';
import { homeOperation } from './home.operations';
import { languageOperation } from './language.operations';
import { lastSeenOperation } from './last-seen.operations';
import { openPeopleDoor } from './people-door';
import type { RepSessions } from './rep-sessions';
import { scriptOperations } from './scripts.operations';
import { sdkOperation } from './sdk.operations';
import { sendOperations } from './sends.operations';
import { signInOperations } from './sign-in.operations';
import { taskOperations } from './tasks.operations';

export type SidebarParts = {
  book: AccountBook;
  wecom: WeComClient;
  sessions: RepSessions;
  attachments: Attachments;
  library: MediaLibrary;
  /** What the console does to people, which reps do too. */
  people: readonly Operation[];
};

/** Everything the sidebar asks for. Each route but those of signing in is for a rep, and about that rep's customers. */
export function sidebarOperations(kit: Kit, parts: SidebarParts): Operation[] {
  const door = openPeopleDoor(parts.people);
  return [
    ...signInOperations(kit, parts),
    sdkOperation(kit, parts),
    ...contactOperations(kit, door),
    ...sendOperations(kit, door, parts),
    ...scriptOperations(kit, door, parts),
    ...taskOperations(kit),
    homeOperation(kit),
    languageOperation(kit),
    lastSeenOperation(kit),
  ];
}
