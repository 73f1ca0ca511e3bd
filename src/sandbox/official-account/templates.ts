import { randomText } from '../random';
import type { Store } from '../store/database';
import { fieldsOfContent, type TemplateField } from './template-fields';

export interface Template {
  templateId: string;
  appId: string;
  title: string;
  content: string;
  example: string;
  removed: number;
  createdAt: number;
  fields: TemplateField[];
}

export interface NewTemplate {
  appId: string;
  title: string;
  content: string;
  example?: string | undefined;
  templateId?: string | undefined;
}

/** Templates in use; removed ones stay readable, since sent messages refer to them. */
export class Templates {
  private readonly known = new Map<string, Template>();

  constructor(private readonly store: Store) {
    for (const row of store.sql<Template>('SELECT * FROM template ORDER BY createdAt, rowid').all())
      this.keep(row);
  }

  any(templateId: string): Template | undefined {
    return this.known.get(templateId);
  }

  find(appId: string, templateId: string): Template | undefined {
    const template = this.known.get(templateId);
    return template?.appId === appId && template.removed === 0 ? template : undefined;
  }

  list(appId?: string): Template[] {
    return [...this.known.values()].filter(
      (template) => template.removed === 0 && (appId === undefined || template.appId === appId),
    );
  }

  /** Inside a work. */
  add(wanted: NewTemplate, now: number): Template {
    const row = {
      ...{
        templateId: wanted.templateId ?? randomText(43),
        appId: wanted.appId,
        title: wanted.title,
      },
      ...{ content: wanted.content, example: wanted.example ?? '', removed: 0, createdAt: now },
    };
    this.store
      .sql(
        'INSERT OR REPLACE INTO template (templateId, appId, title, content, example, removed, createdAt) VALUES (?, ?, ?, ?, ?, 0, ?)',
      )
      .run(row.templateId, row.appId, row.title, row.content, row.example, now);
    return this.keep(row);
  }

  /** Inside a work. */
  remove(template: Template): void {
    this.store.sql('UPDATE template SET removed = 1 WHERE templateId = ?').run(template.templateId);
    template.removed = 1;
  }

  private keep(row: Omit<Template, 'fields'>): Template {
    const template = { ...row, fields: fieldsOfContent(row.content) };
    this.known.set(row.templateId, template);
    return template;
  }
}
