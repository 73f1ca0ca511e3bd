import { dropLocalDraft, keepLocalDraft, readLocalDraft } from '../../shared/use/local-draft';

/** What was begun for a follower stays on this computer until it is sent or emptied. */
const keyOf = (id: string): string => `conversation.${id}`;

export const draftOf = (id: string): string => {
  const kept = readLocalDraft<unknown>(keyOf(id))?.draft;
  return typeof kept === 'string' ? kept : '';
};

export function keepDraft(id: string, text: string): void {
  if (text.trim() === '') dropLocalDraft(keyOf(id));
  else keepLocalDraft(keyOf(id), text, Date.now());
}
