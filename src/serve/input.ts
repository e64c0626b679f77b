import { z } from 'zod'
import { RequestError } from './problems.ts'
import { wordsOf } from './wording.ts'

/** One wrong parameter, as the problem document names it. */
export interface WrongParameter {
  readonly name: string
  readonly value: unknown
  readonly message: string
}

/**
 * A reader for the parameters of one path. The schema speaks of real values (numbers, lists, booleans); what arrives
 * is text, so each value is first read as the type its schema wants. A parameter the schema does not name is wrong.
 */
export function parameterReader<S extends z.ZodObject>(schema: S): (raw: unknown) => z.infer<S> {
  const wanted = wantedTypes(schema)
  const names = [...wanted.keys()]
  return raw => {
    const given = raw as Readonly<Record<string, string | string[]>>
    // No prototype: a parameter may be called __proto__.
    const values = Object.create(null) as Record<string, unknown>
    for (const [name, text] of Object.entries(given)) values[name] = fromText(text, wanted.get(name))
    const parsed = schema.safeParse(values, { error: wordsOf })
    if (parsed.success) return parsed.data
    throw wrongParameters(parsed.error.issues.flatMap(issue => describe(issue, given, names)))
  }
}

/** The error for parameters that are well-formed but cannot be meant. */
export function wrongParameters(parameters: readonly WrongParameter[]): RequestError {
  const detail = parameters.map(({ name, message }) => `${name}: ${message}`).join('; ')
  return new RequestError('ART_PARAMETER', detail, { more: { parameters } })
}

type Wanted = 'list' | 'number' | 'boolean' | 'text'

function wantedTypes(schema: z.ZodObject): ReadonlyMap<string, Wanted> {
  const json = z.toJSONSchema(schema, { io: 'input' }) as {
    properties?: Record<string, { type?: string }>
  }
  const kinds: Readonly<Record<string, Wanted>> = {
    array: 'list',
    integer: 'number',
    number: 'number',
    boolean: 'boolean',
  }
  return new Map(
    Object.entries(json.properties ?? {}).map(([name, { type }]) => [name, kinds[type ?? ''] ?? 'text']),
  )
}

function fromText(text: string | string[], wanted: Wanted | undefined): unknown {
  if (wanted === 'list') return typeof text === 'string' ? [text] : text
  if (typeof text !== 'string') return text
  if (wanted === 'number' && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text)
  if (wanted === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

function describe(
  issue: z.core.$ZodIssue,
  given: Readonly<Record<string, unknown>>,
  names: readonly string[],
): WrongParameter[] {
  if (issue.code === 'unrecognized_keys') {
    const allowed = names.length === 0 ? 'this path takes none' : `allowed here: ${names.join(', ')}`
    return issue.keys.map(name => ({ name, value: given[name], message: `unknown parameter; ${allowed}` }))
  }
  const name = String(issue.path[0] ?? '')
  const value = given[name]
  if (value === undefined) return [{ name, value: null, message: 'is missing' }]
  const shown = Array.isArray(value) ? (value[Number(issue.path[1] ?? 0)] as unknown) : value
  const repeated = Array.isArray(value) && issue.path.length === 1 ? 'given more than once; ' : ''
  return [{ name, value, message: `${repeated}${JSON.stringify(shown)} is wrong: ${issue.message}` }]
}
