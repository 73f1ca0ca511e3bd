import { relative } from 'node:path';
import {
  checkTemplates,
  testTemplates,
  type TemplateCheck,
  type TemplateProblem,
} from '../replies';
import type { CommandCall } from './command';
import { foldersOf } from './templates-folder';

/** Reads every folder, and plays its conversations when it is a test. Needs no database. */
export async function checkFolders(call: CommandCall, isTest: boolean): Promise<number> {
  const folders = await foldersOf(call);
  if (!folders) return 2;
  const results: ({ folder: string } & TemplateCheck)[] = [];
  for (const folder of folders) {
    const result = isTest
      ? await testTemplates(folder, call.settings.orgZone)
      : await checkTemplates(folder);
    results.push({ folder, ...result });
  }
  if (call.isJson) {
    const [only, ...others] = results;
    call.say(JSON.stringify(others.length === 0 ? only : { brands: results }));
  } else for (const result of results) sayResult(call, result, isTest);
  return results.every(({ problems }) => problems.length === 0) ? 0 : 1;
}

function sayResult(
  call: CommandCall,
  { folder, ...result }: { folder: string } & TemplateCheck,
  isTest: boolean,
): void {
  const shown = relative('.', folder);
  const line = ({ file, line: at, column, message }: TemplateProblem, mark: string) =>
    `${shown === '' ? '' : `${shown}/`}${file}:${at}:${column}  ${mark}${message}`;
  for (const problem of result.problems) call.say(line(problem, ''));
  for (const warning of result.warnings) call.say(line(warning, 'warning: '));
  const played = isTest
    ? `${result.conversations} conversations, ${result.steps} steps`
    : `${result.conversations} conversations`;
  const parts = [
    `${result.rules} rules`,
    `${result.faqs} questions`,
    played,
    `${result.problems.length} problems`,
  ];
  call.say(`${shown === '' ? '.' : shown}: ${parts.join(', ')}`);
}
