import { ProblemDocument } from '../../../src/serve/contract/page.ts'
import type { z } from 'zod'

/** The server refused or could not be reached; `message` is fit for the page. */
export class ApiError extends Error {
  readonly status: number | null
  readonly code: string | null

  constructor(message: string, status: number | null, code: string | null, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ApiError'
    this.status = status
    this.code = code
  }
}

/** Asks for `path` and parses the answer; a parse failure is a bug of the server and says which field. */
export async function fetchJson<T>(path: string, schema: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
  return parsed(path, schema, await request(path, signal))
}

/** Sends a change (POST) and parses what the server says of it. */
export async function sendJson<T>(path: string, change: object, schema: z.ZodType<T>): Promise<T> {
  return parsed(path, schema, await request(path, undefined, 'application/json', JSON.stringify(change)))
}

async function parsed<T>(path: string, schema: z.ZodType<T>, response: Response): Promise<T> {
  const body: unknown = await response.json()
  const found = schema.safeParse(body)
  if (found.success) return found.data
  const issue = found.error.issues[0]
  throw new ApiError(
    `The server's answer to ${path} is not what this page expects (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}). Reload the page: it may be older than the server.`,
    response.status,
    null,
  )
}

/** A picture, and when it was taken as far as the answer tells. */
export async function fetchPicture(
  path: string,
  signal?: AbortSignal,
): Promise<{ blob: Blob; takenMs: number | null }> {
  const response = await request(path, signal, 'image/*')
  const type = response.headers.get('content-type') ?? ''
  if (!type.startsWith('image/'))
    throw new ApiError(
      `The answer to ${path} is no picture but ${type || 'of no type'}.`,
      response.status,
      null,
    )
  return { blob: await response.blob(), takenMs: takenOf(response.headers) }
}

/** What the camera says itself, else the answer's date less its age in caches. */
function takenOf(headers: Headers): number | null {
  const taken = Date.parse(headers.get('last-modified') ?? '')
  if (!Number.isNaN(taken)) return taken
  const date = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(date) ? null : date - 1_000 * Number(headers.get('age') ?? 0)
}

async function request(
  path: string,
  signal?: AbortSignal,
  accept = 'application/json',
  sent?: string,
): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, {
      headers: { accept, ...(sent === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(sent === undefined ? {} : { method: 'POST', body: sent }),
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (cause) {
    if (signal?.aborted === true) throw cause
    throw new ApiError('The server cannot be reached.', null, null, { cause })
  }
  if (!response.ok) throw await problemOf(response)
  return response
}

async function problemOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null)
  const problem = ProblemDocument.safeParse(body)
  return problem.success
    ? new ApiError(problem.data.detail, response.status, problem.data.code)
    : new ApiError(`The server answered ${response.status} ${response.statusText}.`, response.status, null)
}
