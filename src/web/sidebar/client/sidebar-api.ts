import { createApi, type Page, type Query } from '../../shared/api/client';
import type { ChatMessage, PageSignatures } from '../wecom-bridge';
import type {
  Entry,
  Field,
  FoundScript,
  Home,
  Material,
  Profile,
  Sent,
  Session,
  Stage,
  Tag,
  Task,
} from './types';

const api = createApi('/api/v1/sidebar');
const of = (ext: string) => `/contacts/${encodeURIComponent(ext)}`;

/** What may be sent: a script with or without changed words, own words, or a material. */
export type Sending =
  { scriptId: string; text?: string } | { text: string } | { materialId: string };

export const readSession = () => api.get<Session>('/session', { timeoutMs: 10_000 });
export const signPage = (url: string) =>
  api.get<PageSignatures>('/sdk', { query: { url }, timeoutMs: 8_000 });

export const chooseLanguage = (language: 'zh-CN' | 'en') => api.put('/language', { language });
export const readHome = () => api.get<Home>('/home');
export const readProfile = (ext: string) => api.get<Profile>(of(ext));
export const readTimeline = (ext: string, query: Query) =>
  api.get<Page<Entry>>(`${of(ext)}/timeline`, { query });

export const putOff = (ext: string, hours: number) => api.post(`${of(ext)}/later`, { hours });
export const changeTags = (ext: string, change: { add: string[]; remove: string[] }) =>
  api.put<{ tags: Tag[] }>(`${of(ext)}/tags`, change);
export const listTags = () => api.get<Page<Tag>>('/tags');
export const changeFields = (ext: string, fields: Record<string, string | null>) =>
  api.patch<{ fields: Field[] }>(of(ext), { fields });
export const changeStage = (ext: string, stage: string | null) =>
  api.put<{ stage: Stage | null }>(`${of(ext)}/stage`, { stage });
export const addNote = (ext: string, text: string) => api.post(`${of(ext)}/notes`, { text });

export const addTask = (task: { title: string; dueAt?: string; externalUserId?: string }) =>
  api.post<Task>('/tasks', task);
export const changeTask = (id: string, change: { state: Task['state'] }) =>
  api.patch<Task>(`/tasks/${id}`, change);

export const listScripts = (query: Query) =>
  api.get<Page<FoundScript> & { folders: string[] }>('/scripts', { query });
export const addScript = (script: { title: string; text: string }) => api.post('/scripts', script);
export const changeScript = (
  id: string,
  script: { title: string; folder?: string; text: string },
) => api.put(`/scripts/${id}`, script);
export const removeScript = (id: string) => api.delete(`/scripts/${id}`);
export const listMaterials = (query: Query) => api.get<Page<Material>>('/materials', { query });

export const beginSending = (ext: string, what: Sending) =>
  api.post<{ id: string; message: ChatMessage; sentAt: string | null }>(`${of(ext)}/sends`, what);
export const wasSent = (id: string, answers?: string) =>
  api.post(`/sends/${id}/sent`, answers === undefined ? {} : { answers });
export const wasNotSent = (id: string) => api.delete(`/sends/${id}`);
export const listSent = (ext: string) => api.get<Page<Sent>>(`${of(ext)}/sends`);
