/** A text in quotes, or a number as some programs write it that is none in JSON (Python's `json.dumps` does). */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[+-]?\b(?:NaN|nan|Infinity|Inf|inf)\b/g
/** A line longer than this is not worth a second look. */
const MAX_CHARS = 1 << 20

/**
 * The JSON with every bare NaN and Infinity as a text, so that the other fields can be read and the one at fault be
 * named; null when it holds none.
 */
export function quoteBareNumbers(json: string): string | null {
  if (json.length > MAX_CHARS) return null
  const quoted = json.replace(TOKENS, token => (token.startsWith('"') ? token : `"${token}"`))
  return quoted === json ? null : quoted
}
