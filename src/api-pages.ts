import { describeApi, operation, type Operation } from './kernel/http';

const version = '0.1.0';

const escape = (text: string) =>
  text.replace(
    /[&<>"]/g,
    (mark) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[mark] ?? '',
  );

/** The API as a document for programs and as a page for people, both from the declared operations. */
export function apiPages(all: () => readonly Operation[]): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/api/openapi.json',
        permission: 'public',
        summary: 'This API as OpenAPI 3.1',
        raw: true,
      },
      ({ ctx }) => {
        ctx.body = describeApi(all(), version);
        return Promise.resolve();
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/docs',
        permission: 'public',
        summary: 'This API as a page',
        raw: true,
      },
      ({ ctx }) => {
        ctx.type = 'html';
        ctx.body = page(all());
        return Promise.resolve();
      },
    ),
  ];
}

function page(operations: readonly Operation[]): string {
  const groups = new Map<string, Operation[]>();
  for (const one of operations) {
    const group = one.path.split('/')[3] ?? '';
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  const described = describeApi(operations, version) as {
    paths: Record<
      string,
      Record<string, { requestBody?: unknown; responses?: unknown; parameters?: unknown }>
    >;
  };
  const sections = [...groups].map(([name, members]) => {
    const rows = members.map((one) => {
      const detail = described.paths[one.path]?.[one.method.toLowerCase()];
      const { requestBody, parameters, responses } = detail ?? {};
      return `<details><summary><b>${one.method}</b> <code>${escape(one.path)}</code> ${escape(one.summary)}
        <i>${escape(one.permission)}</i></summary>
        <pre>${escape(JSON.stringify({ parameters, requestBody, responses }, null, 1))}</pre></details>`;
    });
    return `<h2 id="${escape(name)}">${escape(name)}</h2>${rows.join('\n')}`;
  });
  const links = [...groups.keys()].map((name) => `<a href="#${escape(name)}">${escape(name)}</a>`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Guanxi API</title>
<meta name="viewport" content="width=device-width">
<style>body{font:14px/1.6 system-ui,sans-serif;max-width:1000px;margin:32px auto;padding:0 24px;color:#1a211e}
summary{padding:6px 0;border-bottom:1px solid #e5e9e7;cursor:pointer}b{display:inline-block;width:60px;color:#176b4f}
i{color:#5f6964;font-style:normal;float:right;font-size:12px}pre{background:#f4f6f5;padding:12px;overflow:auto;font-size:12px}
nav a{margin-right:12px;color:#176b4f}</style>
<h1>Guanxi API ${version}</h1><p>OpenAPI 3.1 at <a href="/api/openapi.json">/api/openapi.json</a>.
<code>Authorization: Bearer …</code> or a console session. Errors are RFC 9457 problem documents with a stable <code>code</code>.</p>
<nav>${links.join('')}</nav>${sections.join('\n')}</html>`;
}
