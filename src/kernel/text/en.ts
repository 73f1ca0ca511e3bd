/** Everything the server says to a person, in English: the same keys as zh-CN. */
export const en: Readonly<Record<string, string>> = {
  'error.body_broken': 'The request ended early.',
  'error.body_too_large': 'The request is too large: at most {maxBytes} bytes.',
  'error.body_too_slow': 'The request came too slowly and was cut.',
  'error.cron_invalid': 'The timetable needs five fields: minute hour day month weekday.',
  'error.cron_never_fires': 'This timetable never fires.',
  'error.cron_too_often': 'Too often: at least {minutes} minutes between two runs.',
  'error.cursor_invalid': 'The page cursor is not valid; start again from the first page.',
  'error.forbidden': 'You do not have this permission.',
  'error.idempotency_in_progress': 'The same request is still being worked on.',
  'error.idempotency_key_reused': 'This idempotency key was used for another request.',
  'error.idempotency_key_too_long': 'An idempotency key has at most 255 characters.',
  'error.input_invalid': 'Some fields do not fit.',
  'error.internal':
    'The server failed and wrote nothing; please tell the request id to your administrator.',
  'error.json_broken': 'The request is not valid JSON.',
  'error.json_expected': 'Please send application/json.',
  'error.not_found': 'Not found, or not visible to you.',
  'error.parameter_repeated': 'The parameter {parameter} came more than once.',
  'error.rate_limited': 'Too many requests; please try again later.',
  'error.unauthenticated': 'Please sign in.',
  'error.zone_unknown': 'Unknown time zone.',
};
