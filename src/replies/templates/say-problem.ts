import type { z } from 'zod';
import type { TemplateProblem, YamlFile } from './read-yaml';

type Issue = z.core.$ZodIssue;

/** What a schema refused, at the line and column where it stands, in words of one line. */
export function problemsOf(error: z.ZodError, yaml: YamlFile): TemplateProblem[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue, yaml));
}

function problemsOfIssue(issue: Issue, yaml: YamlFile): TemplateProblem[] {
  const named = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      ...yaml.placeOfKey(issue.path, key),
      code: issue.code,
      message: `${key} is not known ${named === '' ? 'here' : `in ${named}`}`,
    }));
  }
  const message = named === '' ? issue.message : `${named}: ${sayIssue(issue)}`;
  return [{ ...yaml.placeOf(issue.path), code: issue.code, message }];
}

function sayIssue(issue: Issue): string {
  if (issue.code === 'invalid_value') {
    return `must be ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
  }
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) {
    return 'is missing';
  }
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    return `unknown ${issue.discriminator}`;
  }
  return issue.message;
}
