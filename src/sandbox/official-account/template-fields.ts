export interface TemplateField {
  key: string;
  name: string;
}

/** The lines of a template's content, `商品：{{thing1.DATA}}` → key `thing1`, name `商品`. */
export function fieldsOfContent(content: string): TemplateField[] {
  return content.split('\n').flatMap((line) =>
    [...line.matchAll(/([^{}]*)\{\{\s*(\w+)\.DATA\s*\}\}/g)].map((match) => ({
      key: match[2] ?? '',
      name: (match[1] ?? '').trim().replace(/[:：]\s*$/, ''),
    })),
  );
}
