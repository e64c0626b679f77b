/** An error in ClickHouse's own shape: `Code: N. DB::Exception: … (NAME)`. */
export class EngineFault extends Error {
  readonly engineCode: number
  readonly status: number

  constructor(engineCode: number, symbol: string, message: string, status = statusOf(engineCode)) {
    super(`Code: ${engineCode}. DB::Exception: ${message}. (${symbol})`)
    this.name = 'EngineFault'
    this.engineCode = engineCode
    this.status = status
  }
}

const ours = /^Code: (\d+)\. (DB::Exception: )?/
const nested = /^(?:Code: \d+\. DB::Exception: )+/
const versions = /( \(version [^()]*\))?(\. \([A-Z_0-9]+\))? \(version [^()]*\)(\. \([A-Z_0-9]+\))$/

/** What the binding threw, as the text and number a ClickHouse server would answer. */
export function faultOf(error: unknown): { code: number; status: number; text: string } {
  if (error instanceof EngineFault)
    return { code: error.engineCode, status: error.status, text: error.message }
  const message = error instanceof Error ? error.message : String(error)
  const code = Number(ours.exec(message)?.[1] ?? 1002)
  // The binding wraps the engine's text in a second "Code: N."; one is enough.
  const plain = message.replace(nested, '').replace(versions, '$3')
  return { code, status: statusOf(code), text: `Code: ${code}. DB::Exception: ${plain}` }
}

const notFound = new Set([36, 46, 47, 57, 60, 81, 82, 115])
const badRequest = new Set([
  6, 26, 27, 38, 41, 53, 62, 69, 70, 72, 117, 131, 168, 179, 184, 306, 427, 455, 456, 457, 471, 580,
])

/** The HTTP status a ClickHouse server gives for an error code. */
function statusOf(code: number): number {
  if (code === 159) return 408
  if (code === 164) return 403
  if (notFound.has(code)) return code === 36 || code === 115 ? 400 : 404
  return badRequest.has(code) ? 400 : 500
}
