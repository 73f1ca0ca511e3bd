export interface TemplateField {
  key: string;
  name: string;
}

/** The lines of a template's content, `Name: {{thing1.DATA}}` → key `thing1`, name `Name`. */
export function fieldsOfContent(content: string): TemplateField[] {
  return content.split('\n').flatMap((line) =>
    [...line.matchAll(/([^{}]*)\{\{\s*(\w+)\.DATA\s*\}\}/g)].map((match) => ({
      key: match[2] ?? '',
      name: (match[1] ?? '').trim().replace(/[:：]\s*$/, ''),
    })),
  );
}
