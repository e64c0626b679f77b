import { z } from 'zod'
import { parseBody, parseJson } from '../body.ts'
import { RequestError } from '../problems.ts'
import type { SqlParams } from './guard/check.ts'
import { SqlRefusedError } from './refused.ts'

/** What the caller sent, as it came. */
export interface SqlRequest {
  readonly body: Uint8Array
  /** The body is a JSON document with the statement and its parameters; else it is the statement. */
  readonly json: boolean
  /** Those of the address. */
  readonly params: SqlParams
}

const maxParams = 100
const maxParamBytes = 256 * 1024

const Scalar = z.union([z.string(), z.number(), z.boolean()])
const PARAM_WORDS = 'wants a text, a number, true or false, or a list of them'

export const SqlBody = z.strictObject({
  sql: z.string().regex(/\S/).meta({ description: 'One statement' }),
  params: z
    .record(
      z.string().regex(/^[A-Za-z_]\w{0,63}$/),
      z.union([Scalar, z.array(Scalar)], { error: PARAM_WORDS }),
    )
    .default({})
    .meta({ description: 'Values of {name:Type} in the statement' }),
})

/**
 * The statement and its parameters.
 * @throws {RequestError} when the body is not what the path takes @throws {SqlRefusedError} for too many parameters
 */
export function readStatement(request: SqlRequest): { sql: string; params: SqlParams } {
  const text = decoded(request.body)
  if (!request.json) {
    if (text.trim() === '') throw new RequestError('ART_BODY', 'The body is empty; send one statement.')
    checkParams(request.params)
    return { sql: text, params: request.params }
  }
  const document = parseJson(text)
  checkCount(document)
  const { sql, params } = parseBody(SqlBody, document)
  const all = { ...params, ...request.params }
  checkParams(all)
  return { sql, params: all }
}

function decoded(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch (cause) {
    throw new RequestError('ART_BODY', 'The body is not UTF-8.', { cause })
  }
}

/** Looked at first: each further parameter would be checked, and each wrong one named. */
function checkCount(document: unknown): void {
  if (typeof document !== 'object' || document === null) return
  const params: unknown = Reflect.get(document, 'params')
  for (const part of [document, params]) {
    const count = typeof part === 'object' && part !== null ? Object.keys(part).length : 0
    if (count > maxParams) throw tooMany(count)
  }
}

function checkParams(params: SqlParams): void {
  const names = Object.keys(params)
  const wrong = names.find(name => !/^[A-Za-z_]\w{0,63}$/.test(name))
  if (wrong !== undefined) {
    throw new SqlRefusedError(`the parameter name '${wrong}' may have letters, digits and _ only`)
  }
  if (names.length > maxParams) throw tooMany(names.length)
  const bytes = Object.values(params).reduce<number>(
    (sum, value) => sum + Buffer.byteLength(String(value)),
    0,
  )
  if (bytes > maxParamBytes) {
    throw new SqlRefusedError(`the parameters have ${bytes} bytes, more than ${maxParamBytes}`)
  }
}

const tooMany = (count: number) =>
  new SqlRefusedError(`${count} parameters are more than ${maxParams}: pass a list as one, {x:Array(String)}`)
