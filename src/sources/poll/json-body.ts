import { FeedError } from '../../core/feed-error.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** @throws {FeedError} for what is no JSON, saying whether it is cut off */
export function parseJsonBody(body: Buffer): unknown {
  const text = body.toString('utf8').replace(/^\uFEFF/, '')
  try {
    return JSON.parse(text)
  } catch (cause) {
    const cutOff = /Unexpected end|Unterminated/.test(String(cause))
    throw new FeedError(
      cutOff
        ? `the answer is JSON that is cut off after ${text.length} characters`
        : `the answer is no JSON: it begins with ${JSON.stringify(text.slice(0, 40))}`,
      { cause },
    )
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** The record without what is null, its keys in the order given: the same content is the same line. */
export function record(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  )
}
