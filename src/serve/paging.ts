import type { Key } from '../lake/read/index.ts'
import { wrongParameters } from './input.ts'

/** Where a page ended: opaque to the caller, bound to its list and order. Stable while data arrive, because it is a key and not an offset. */
export function encodeCursor(list: string, order: string, key: Key): string {
  return Buffer.from(JSON.stringify([list, order, ...key])).toString('base64url')
}

/** @throws {RequestError} when it is not a cursor of this list in this order */
export function decodeCursor(cursor: string, list: string, order: string, keyTypes: readonly KeyType[]): Key {
  const wrong = (message: string) =>
    wrongParameters([{ name: 'cursor', value: cursor, message: `${message}; take it from "next" unchanged` }])
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    throw wrong('is not a cursor')
  }
  if (!Array.isArray(parts) || parts.length !== keyTypes.length + 2) throw wrong('is not a cursor')
  const [ofList, ofOrder, ...key] = parts as unknown[]
  if (ofList !== list) throw wrong('belongs to another list')
  if (ofOrder !== order) throw wrong(`belongs to another order than order=${order}`)
  if (!key.every((part, i) => isKeyPart(part, keyTypes[i]))) throw wrong('is not a cursor')
  return key as Key
}

export type KeyType = 'instant' | 'text' | 'ordinal'

function isKeyPart(part: unknown, type: KeyType | undefined): boolean {
  if (type === 'ordinal') return Number.isSafeInteger(part) && (part as number) >= 0
  if (typeof part !== 'string') return false
  return type === 'text' || Number.isFinite(Date.parse(part))
}

/** The same request for the page behind `cursor`: every parameter as it was given. */
export function nextPath(url: string, cursor: string): string {
  const [path = '', query = ''] = url.split('?', 2)
  const parameters = new URLSearchParams(query)
  parameters.set('cursor', cursor)
  return `${path}?${parameters.toString()}`
}
