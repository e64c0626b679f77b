import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { hasUnseen, isVisible } from '../../core/text/printable.ts'
import type { Field, Stream } from '../../core/stream/index.ts'
import { mediaType, parseBody, parseJson, readText } from '../body.ts'
import { RequestError } from '../problems.ts'
import { wireSchema } from './schema.ts'

const MAX_BYTES = 1024 * 1024

/** What takes a thing away; a request says so by its method. */
export const WITHDRAWN = 'withdrawn'

/** A body that gives a thing's new version: every field by its rules, no other, its key and version perhaps left out. */
export function thingSchema(stream: Stream): z.ZodObject {
  const { once, fields } = stream
  const free = new Set([...once.key, ...(once.how === 'latest' ? [once.version] : [])])
  const shape = Object.entries(wireSchema(stream).shape as Record<string, z.ZodType>)
    .filter(([name]) => name !== WITHDRAWN)
    .map(([name, value]) => {
      const checked = withRules(value, fields[name])
      return [name, free.has(name) ? checked.optional() : checked] as const
    })
  return z.strictObject(Object.fromEntries(shape)).meta({ description: stream.says })
}

/** Reads and checks the body. @throws {RequestError} naming every wrong field */
export async function readThing(
  request: IncomingMessage,
  schema: z.ZodObject,
): Promise<Record<string, unknown>> {
  const type = mediaType(request.headers['content-type'])
  if (type !== 'application/json')
    throw new RequestError(
      'ART_MEDIA_TYPE',
      `${type === '' ? 'No media type' : JSON.stringify(type)} is not taken here; send application/json.`,
    )
  const parsed = parseBody(schema, parseJson(await readText(request, MAX_BYTES)))
  return Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== null))
}

/** What a schema of JSON cannot say, so that a person who edits is told at once and not by quarantine. */
function withRules(value: z.ZodType, field: Field | undefined): z.ZodType {
  if (field === undefined) return value
  return value.superRefine((given, context) => {
    const wrong = given === null || given === undefined ? null : wrongIn(field, given)
    if (wrong !== null) context.addIssue({ code: 'custom', message: wrong })
  })
}

function wrongIn(field: Field, given: unknown): string | null {
  switch (field.type) {
    case 'text':
      return wrongText(String(given), field.long === true)
    case 'texts':
      return (
        (given as readonly string[]).map(text => wrongText(text, false)).find(wrong => wrong !== null) ?? null
      )
    case 'instant':
      return z.iso.datetime({ offset: true }).safeParse(given).success
        ? null
        : 'wants an ISO 8601 instant with its zone, e.g. 2026-01-31T08:00:00Z'
    case 'json':
      return JSON.stringify(given).length > field.maxChars
        ? `is longer than ${field.maxChars} characters`
        : (field.fails?.(given) ?? null)
    default:
      return null
  }
}

function wrongText(text: string, isLong: boolean): string | null {
  const shown = isLong ? text.replaceAll(/[\r\n\t]/g, ' ') : text
  if (hasUnseen(shown)) return 'has control, bidirectional or zero-width characters; leave them out'
  return isVisible(shown) ? null : 'is blank; wants visible characters'
}
