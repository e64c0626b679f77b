/** The most a list gives in one page. */
export const PAGE = 10_000

export const iso = (ms: number) => new Date(ms).toISOString()

/** The part of an address behind its question mark. */
export const queryText = (parameters: Record<string, string | number>) =>
  new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)])).toString()
