import { Agent, request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** A door that does not take what it should ends the benchmark. */
export class RefusedByDoorError extends Error {}

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

  /** Resolves when the lines are durable; waits and sends them again while the server asks for that. */
  async post(lines: Buffer): Promise<void> {
    for (;;) {
      const { status, retryAfterS, text } = await this.#send(lines)
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

/** Sends pieces from several connections at once, each taking the next one. */
export async function sendAll(sender: Sender, connections: number, next: () => Buffer | null): Promise<void> {
  const one = async () => {
    for (let lines = next(); lines !== null; lines = next()) await sender.post(lines)
  }
  await Promise.all(Array.from({ length: connections }, one))
}
