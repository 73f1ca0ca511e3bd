export interface FaultKind {
  /** Names the words of the switch: `faults.<id>.title` and `.text`. */
  id: string;
  where: string;
  kind: string;
  /** Share of the calls it strikes. */
  rate: number;
}

/** The faults a person meets in life, in the order of how often. Scripts have more of them. */
export const faultGroups: { id: string; kinds: FaultKind[] }[] = [
  {
    id: 'callback',
    kinds: [
      { id: 'duplicate', where: 'callback', kind: 'duplicate-callback', rate: 1 },
      { id: 'late', where: 'callback', kind: 'late-callback', rate: 1 },
      { id: 'disorder', where: 'callback', kind: 'out-of-order', rate: 1 },
      { id: 'lost-answer', where: 'callback', kind: 'lost-answer', rate: 1 },
      { id: 'dropped', where: 'callback', kind: 'drop-callback', rate: 0.3 },
    ],
  },
  {
    id: 'api',
    kinds: [
      { id: 'slow', where: 'any', kind: 'slow:800', rate: 1 },
      { id: 'gateway', where: 'any', kind: 'http-502-html', rate: 0.3 },
      { id: 'token', where: 'any', kind: 'steal-token', rate: 0.1 },
      { id: 'quota', where: 'template-send', kind: 'errcode:45009', rate: 1 },
      { id: 'silent', where: 'template-send', kind: 'timeout-after-accept', rate: 0.3 },
    ],
  },
  {
    id: 'pay',
    kinds: [
      { id: 'pay-silent', where: 'red-packet-send', kind: 'timeout-after-accept', rate: 1 },
      { id: 'pay-lie', where: 'red-packet-send', kind: 'err_code:SYSTEMERROR-accepted', rate: 1 },
      { id: 'pay-slow', where: 'red-packet-send', kind: 'processing-then-sent', rate: 1 },
      { id: 'pay-lost', where: 'red-packet-query', kind: 'not-found-lie', rate: 1 },
    ],
  },
];
