/** A refusal we meant. `code` is stable and public; the sentence a person reads comes from the text catalogue. */
export class AppError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly params: Readonly<Record<string, unknown>> = {},
  ) {
    super(code);
    this.name = new.target.name;
  }
}

/** One field that was not understood: `path` as in `rule.all.1.value`. Never says what was sent. */
export type FieldError = {
  path: string;
  code: string;
  /** Limits, for the sentence and for whoever reads by machine. */
  params?: Readonly<Record<string, string | number>>;
  /** Which sentence of the catalogue (`field-error.…`) tells it; that of the code when left out. */
  sentence?: string;
  /** Told in the reader's language already. */
  message?: string;
};

export class InvalidInput extends AppError {
  constructor(code: string, params: Record<string, unknown> & { errors?: FieldError[] } = {}) {
    super(400, code, params);
  }
}

export class Unauthenticated extends AppError {
  constructor(code = 'unauthenticated') {
    super(401, code);
  }
}

export class Forbidden extends AppError {
  constructor(code = 'forbidden', params: Record<string, unknown> = {}) {
    super(403, code, params);
  }
}

/** Also the answer for a row of an account the actor may not see: absent and forbidden look the same. */
export class NotFound extends AppError {
  constructor(code = 'not_found', params: Record<string, unknown> = {}) {
    super(404, code, params);
  }
}

export class Conflict extends AppError {
  constructor(code: string, params: Record<string, unknown> = {}) {
    super(409, code, params);
  }
}

export class RateLimited extends AppError {
  constructor(
    code: string,
    /** Answered as `Retry-After`. */
    readonly retryAfterSeconds: number,
    params: Record<string, unknown> = {},
  ) {
    super(429, code, params);
  }
}
