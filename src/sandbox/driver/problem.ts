/** A refusal of the driver's own API, not of the platform. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly more: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

export const notFound = (what: string): never => {
  throw new Problem(404, 'not_found', `there is no such ${what}`);
};
