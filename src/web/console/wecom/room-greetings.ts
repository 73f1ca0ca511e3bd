import { draftsOf, type Attachment, type AttachmentDraft } from '../attachments/attachments';
import { bytesOf } from './welcome-words';

export interface RoomGreeting {
  id: string;
  version: number;
  accountId: string;
  name: string;
  text: string;
  attachments: Attachment[];
  state: 'waiting' | 'ready' | 'trouble';
  trouble: string | null;
  createdAt: string;
}
export interface RoomGreetingForm {
  name: string;
  text: string;
  attachments: AttachmentDraft[];
}

export const mostGreetingBytes = 3_000;
export const blankGreeting = (): RoomGreetingForm => ({ name: '', text: '', attachments: [] });
export const greetingFormOf = ({ name, text, attachments }: RoomGreeting): RoomGreetingForm => ({
  ...{ name, text, attachments: draftsOf(attachments) },
});
export const isGreetingText = (text: string): boolean =>
  text.trim() !== '' && bytesOf(text) <= mostGreetingBytes && !/\{\{|\{%/.test(text);
