/** Bounds of what a callback may be, the same for every platform that calls us. All of them are our own choice. */
export const callbackLimits = {
  /** Largest body read, bytes. */
  bodyBytes: 64 * 1024,
  /** Time for the whole body to arrive. */
  bodyTimeoutMs: 5_000,
  /** Signature stamps are accepted this far off, both ways. */
  skewMs: 300_000,
  /** Clocks this far apart deserve a warning. */
  skewWarningMs: 60_000,
  /** Real nonces are about ten digits. The bound also keeps signed parts from sliding into each other. */
  nonceLength: 64,
  /** Characters of `echostr`. */
  echoLength: 256,
} as const;
