import type { RoomChange } from '../wecom-event';
import { listOf, numberOf, optional, textOf, treeOf, type XmlTree } from '../wire/xml-tree';
import { isId, type Facts, type Reader } from './reading';

const changes: Readonly<Record<string, RoomChange>> = {
  add_member: 'members-joined',
  del_member: 'members-left',
  change_owner: 'owner-changed',
  change_name: 'name-changed',
  change_notice: 'notice-changed',
};

/** `change_external_chat` by its ChangeType. */
export const roomReaders: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['create', inRoom((roomId) => ({ kind: 'room-created', roomId }))],
  ['update', inRoom(roomChanged)],
  ['dismiss', inRoom((roomId) => ({ kind: 'room-dismissed', roomId }))],
]);

function inRoom(read: (roomId: string, fields: XmlTree) => Facts): Reader {
  return (fields) => {
    const roomId = textOf(fields, 'ChatId');
    return isId(roomId) ? { facts: read(roomId, fields), lane: `room:${roomId}` } : undefined;
  };
}

function roomChanged(roomId: string, fields: XmlTree): Facts {
  const change = changes[textOf(fields, 'UpdateDetail')] ?? 'unknown';
  const members = listOf(treeOf(fields, 'MemChangeList'), 'Item').filter(
    (item): item is string => typeof item === 'string' && item !== '',
  );
  const count = numberOf(fields, 'MemChangeCnt');
  // Both scenes are always written; each means something for one change only.
  const joined = change === 'members-joined' ? textOf(fields, 'JoinScene') : '';
  const left = change === 'members-left' ? textOf(fields, 'QuitScene') : '';
  return {
    kind: 'room-changed',
    roomId,
    change,
    ...(joined !== '' && { joinedBy: joined === '3' ? 'qr-code' : 'invitation' }),
    ...(left !== '' && { leftBy: left === '1' ? 'removal' : 'themselves' }),
    ...(count > 0 && { count }),
    ...(members.length > 0 && { memberIds: members }),
    ...optional(fields, 'LastMemVer', 'versionBefore'),
    ...optional(fields, 'CurMemVer', 'version'),
  };
}
