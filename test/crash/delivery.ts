import { request } from 'node:http'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { pick } from '../random.ts'
import type { Random } from '../random.ts'

const LF = Buffer.from('\n')
export const ANSWER_WITHIN_MS = 30_000
export const RETRY_MS = 60

/** The server refused what it must take: the run ends. */
export class Refused extends Error {}

/** @param isArray as a JSON array, of good lines only. @returns whether all lines were acknowledged */
export async function sendBody(
  url: string,
  path: string,
  lines: readonly Buffer[],
  random: Random,
  isArray = false,
): Promise<boolean> {
  const encoding = pick(random, ['', '', 'gzip', 'zstd'])
  const plain = isArray ? Buffer.from(`[${lines.map(String).join(',')}]`) : body(lines)
  const packed = encoding === 'gzip' ? gzipSync(plain) : encoding === 'zstd' ? zstdCompressSync(plain) : plain
  try {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': isArray ? 'application/json' : 'application/x-ndjson',
        ...(encoding === '' ? {} : { 'content-encoding': encoding }),
      },
      body: new Uint8Array(packed),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    const text = await answer.text()
    if (answer.status === 200) {
      const { accepted } = JSON.parse(text) as { accepted: number }
      if (accepted !== lines.length)
        throw new Refused(`${accepted} lines were acknowledged of ${lines.length} sent to ${path}`)
      return true
    }
    if (answer.status === 429 || answer.status >= 500) return false
    throw new Refused(`a good request to ${path} was answered ${answer.status}: ${text}`)
  } catch (error) {
    if (error instanceof Refused) throw error
    return false
  }
}

/** Some of the lines, then silence: nobody knows which of them count. */
export async function breakOff(url: string, path: string, lines: readonly Buffer[]): Promise<void> {
  const half = lines.slice(0, Math.floor(lines.length / 2))
  await new Promise<void>(resolve => {
    const asking = request(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', 'transfer-encoding': 'chunked' },
    })
    asking.on('close', resolve)
    asking.on('error', () => undefined)
    asking.write(body(half), () => asking.destroy())
  })
}

function body(lines: readonly Buffer[]): Buffer {
  return Buffer.concat(lines.flatMap(line => [line, LF]))
}
