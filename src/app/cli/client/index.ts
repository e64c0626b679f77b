import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { linesOf } from '../../../core/text/lines.ts'
import type { Secret } from '../../../core/config/index.ts'
import { page, ProblemDocument } from '../../../serve/contract/page.ts'
import { version } from '../version.ts'

/** Nobody answers at the address. */
export class UnreachableError extends AppError {
  readonly code = 'ART_SERVER_UNREACHABLE'
  override readonly retryable: boolean = true
}

/** The server answers, but not as this version expects: another program, or another version of it. */
export class ForeignAnswerError extends UnreachableError {
  override readonly retryable = false
}

/** The server answered with a problem document (or a status that means one). */
export class RefusedError extends AppError {
  readonly code = 'ART_REQUEST_REFUSED'
  readonly status: number
  readonly problem: ProblemDocument
  /** From the header Retry-After; null when there is none. */
  readonly retryAfterS: number | null
  override readonly retryable: boolean

  constructor(problem: ProblemDocument, retryAfterS: number | null) {
    super(`${problem.detail} (${problem.code}, status ${problem.status})`)
    this.status = problem.status
    this.problem = problem
    this.retryAfterS = retryAfterS
    this.retryable = problem.status === 429 || problem.status === 503
  }
}

export type Target = { readonly socketPath: string } | { readonly url: string }

export interface Send {
  readonly body?: Buffer | string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** Talks to a running system over its control socket or its address. */
export class Client {
  readonly #target: Target
  readonly #token: Secret | null | (() => Secret)

  /** @param token one that may change, as that of a server that is restarted, comes from a function */
  constructor(target: Target, token: Secret | null | (() => Secret)) {
    this.#target = target
    this.#token = token
  }

  /**
   * Sends one request; the caller reads the answer's body to its end.
   * @throws {UnreachableError} when nobody answers
   * @throws {RefusedError} on a status of 400 or above
   */
  async send(method: string, path: string, options: Send = {}): Promise<IncomingMessage> {
    const token = this.#secret()
    const answer = await this.#request(method, path, options, token)
    if ((answer.statusCode ?? 0) < 400) return answer
    const refused = await refusal(answer)
    // A server that was restarted in between has another secret, which is in its folder before it answers.
    const isOld = refused.status === 401 && token?.reveal() !== this.#secret()?.reveal()
    if (isOld) return this.send(method, path, options)
    throw refused
  }

  /**
   * The answer's JSON.
   * @throws {ForeignAnswerError} when it is not what the contract says
   */
  async json<T>(schema: z.ZodType<T>, method: string, path: string, options: Send = {}): Promise<T> {
    const text = await textOf(await this.send(method, path, options))
    try {
      return schema.parse(JSON.parse(text))
    } catch (cause) {
      const what = `${this.name} answered ${path} with what this version does not know`
      throw new ForeignAnswerError(`${what}; is it Arterial ${version()}?`, { cause })
    }
  }

  /** The lines of an answer of NDJSON. */
  async *lines(method: string, path: string, options: Send = {}): AsyncGenerator {
    const answer = await this.send(method, path, options)
    try {
      for await (const line of linesOf(answer)) {
        if (line.trim() !== '') yield JSON.parse(line) as unknown
      }
    } catch (cause) {
      options.signal?.throwIfAborted()
      throw new UnreachableError(`${this.name} broke off its answer to ${path}.`, { cause })
    }
    if (!answer.complete) throw new UnreachableError(`${this.name} broke off its answer to ${path}.`)
  }

  /** Every item of a list, page after page, until `limit` of them. */
  async items<T>(
    schema: z.ZodType<T>,
    path: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<{ items: T[]; more: boolean }> {
    const items: T[] = []
    let next: string | null = path
    while (next !== null && items.length < limit) {
      const answer: { items: T[]; next: string | null } = await this.json(page(schema), 'GET', next, {
        signal,
      })
      items.push(...answer.items)
      next = answer.next
    }
    return { items: items.slice(0, limit), more: next !== null || items.length > limit }
  }

  #secret(): Secret | null {
    return typeof this.#token === 'function' ? this.#token() : this.#token
  }

  #request(method: string, path: string, options: Send, token: Secret | null): Promise<IncomingMessage> {
    const { body, signal } = options
    const headers: Record<string, string | number> = { accept: 'application/json', ...options.headers }
    if (token) headers['authorization'] = `Bearer ${token.reveal()}`
    if (body !== undefined) headers['content-length'] = Buffer.byteLength(body)
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        if (signal?.aborted) reject(signal.reason instanceof Error ? signal.reason : error)
        else reject(this.#unreachable(error))
      }
      let request
      try {
        request = this.#open(path, { method, headers, ...(signal ? { signal } : {}) })
      } catch (error) {
        fail(error as Error)
        return
      }
      // An early answer (429) may come before the body is sent; the broken pipe after it says nothing new.
      request.on('response', resolve).on('error', fail).end(body)
    })
  }

  #open(
    path: string,
    options: { method: string; headers: Record<string, string | number>; signal?: AbortSignal },
  ) {
    if ('socketPath' in this.#target) {
      return httpRequest({ socketPath: this.#target.socketPath, path, ...options, agent: false })
    }
    const url = new URL(path.replace(/^\//, ''), this.#target.url.replace(/\/*$/, '/'))
    return (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options)
  }

  /** For messages. */
  get name(): string {
    return 'url' in this.#target ? this.#target.url : 'The server'
  }

  #unreachable(error: Error): UnreachableError {
    const reason = (error as NodeJS.ErrnoException).code ?? error.message
    const remedy =
      'url' in this.#target ? 'Is the address right, and the server running?' : 'Has it just been stopped?'
    return new UnreachableError(`${this.name} does not answer (${reason}). ${remedy}`, { cause: error })
  }
}

async function refusal(answer: IncomingMessage): Promise<RefusedError> {
  const text = await textOf(answer).catch(() => '')
  const status = answer.statusCode ?? 0
  const retryAfter = Number(answer.headers['retry-after'])
  return new RefusedError(problemFrom(text, status), Number.isFinite(retryAfter) ? retryAfter : null)
}

function problemFrom(text: string, status: number): ProblemDocument {
  try {
    const parsed = ProblemDocument.safeParse(JSON.parse(text))
    if (parsed.success) return parsed.data
  } catch {
    // Not a problem document: a proxy, or another program. What it said is shown below.
  }
  const detail = text.trim().slice(0, 200) || 'The server gave no reason.'
  return { type: 'about:blank', title: 'Refused', status, detail, code: 'none' }
}

export async function textOf(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of chunksOf(answer)) text += chunk
  return text
}

/** The answer's text as it comes. @throws {UnreachableError} when it breaks off */
export async function* chunksOf(answer: IncomingMessage): AsyncGenerator<string, void, undefined> {
  answer.setEncoding('utf8')
  try {
    yield* answer as AsyncIterable<string>
  } catch (cause) {
    throw new UnreachableError('The server broke off its answer.', { cause })
  }
  if (!answer.complete) throw new UnreachableError('The server broke off its answer.')
}
