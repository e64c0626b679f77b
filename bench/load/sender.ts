import { Agent, request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** A door that does not take what it should ends the benchmark. */
export class RefusedByDoorError extends Error {}

/** So often in a row may a connection end before the answer. */
const MAX_CUTS = 3

/** Posts NDJSON over connections that stay open. */
export class Sender {
  readonly #agent: Agent
  readonly #url: URL
  readonly #signal: AbortSignal

  constructor(url: string, connections: number, signal: AbortSignal) {
    this.#url = new URL('/v1/readings?source=bench', url)
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
    this.#signal = signal
  }

  /**
   * Resolves when the lines are durable; waits and sends them again while the server asks for that, and at once where it
   * has closed a connection that was left idle. A reading counts once however often it is sent.
   */
  async post(lines: Buffer): Promise<void> {
    for (let cut = 0; ;) {
      const answer = await this.#send(lines).catch((error: unknown) => {
        if (!isCut(error) || ++cut > MAX_CUTS) throw error
        return null
      })
      if (answer === null) continue
      const { status, retryAfterS, text } = answer
      if (status === 200) return
      if (status !== 429) throw new RefusedByDoorError(`POST /v1/readings answered ${status}: ${text}`)
      await sleep(retryAfterS * 1000, undefined, { signal: this.#signal })
    }
  }

  close(): void {
    this.#agent.destroy()
  }

  #send(lines: Buffer): Promise<{ status: number; retryAfterS: number; text: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(this.#url, {
        agent: this.#agent,
        method: 'POST',
        signal: this.#signal,
        headers: { 'content-type': 'application/x-ndjson', 'content-length': lines.length },
      })
      outgoing.once('error', reject)
      outgoing.once('response', (answer: IncomingMessage) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (part: string) => (text += part))
        answer.once('error', reject)
        answer.once('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            retryAfterS: Number(answer.headers['retry-after'] ?? 1),
            text,
          }),
        )
      })
      outgoing.end(lines)
    })
  }
}

function isCut(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ECONNRESET' || code === 'EPIPE'
}

/** Sends pieces from several connections at once, each taking the next one. */
export async function sendAll(sender: Sender, connections: number, next: () => Buffer | null): Promise<void> {
  const one = async () => {
    for (let lines = next(); lines !== null; lines = next()) await sender.post(lines)
  }
  await Promise.all(Array.from({ length: connections }, one))
}
