import type { Calls as CallsOf } from '../wire/call';
import type { CallingAccount } from './account';

export { openCalls, valueOrThrow, type CallRequest, type Ended } from '../wire/call';

/** Calls on behalf of an Official Account. */
export type Calls = CallsOf<CallingAccount>;
