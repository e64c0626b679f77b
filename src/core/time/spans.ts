/** Lengths of time, ms. The one home: SQL has the engine's own functions, all other code imports these. */
export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
