/** Bounds of requests. Those of names, definitions and payloads stand in definition/limits.ts. */
export const requestLimits = {
  /** Bytes of a request message after decompression. */
  messageBytes: 1024 * 1024,
  /** The longest `wait`, in ms. */
  waitMs: 60_000,
  /** Starts of one StartSagas stream that are begun and not answered. */
  startsInFlight: 10_000,
  /** Characters. */
  requestId: 128,
  identity: 200,
  reason: 1_000,
  pageToken: 1_000,
  /** A cursor holds a place for each partition of the store. */
  cursor: 65_536,
  failureCode: 100,
  failureMessage: 1_000,
  metadataEntries: 16,
  /** Characters of all keys and values together. */
  metadataSize: 4_096,
  /** How far AdvanceTime goes at most, in ms: ten years. */
  advanceMs: 10 * 366 * 24 * 60 * 60 * 1_000,
} as const;
