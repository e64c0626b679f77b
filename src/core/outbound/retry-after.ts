/** Nobody waits longer because a header says so; a wrong date must not put a feed to sleep for years. */
const MAX_S = 86_400

/** RFC 9110 section 10.2.3: seconds or a date; null where there is none or it can't be read. Whole seconds, 0 to one day. */
export function retryAfterS(header: string | undefined, nowMs: number): number | null {
  const text = header?.trim() ?? ''
  if (/^\d{1,12}$/.test(text)) return Math.min(Number(text), MAX_S)
  const at = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(at) ? null : Math.min(Math.max(Math.ceil((at - nowMs) / 1000), 0), MAX_S)
}
