import type { IncomingHttpHeaders } from 'node:http'
import { RequestError } from '../problems.ts'

/** A thing's entity tag: where its newest version stands in the log. */
export const tagOf = (position: number): string => `"${position}"`

/**
 * Whether a change may be made, as If-Match and If-None-Match say (RFC 9110, 13.2.2).
 * @param position of the newest version; null where there is none, or it was withdrawn
 * @throws {RequestError} 412 where it is another one than the caller knows
 */
export function checkConditions(headers: IncomingHttpHeaders, position: number | null): void {
  const match = headers['if-match']
  if (match !== undefined && !strongMatch(match, position)) throw changed(position)
  const noneMatch = headers['if-none-match']
  if (noneMatch !== undefined && weakMatch(noneMatch, position)) throw changed(position)
}

/** Whether the caller has this version already. */
export function isKnown(headers: IncomingHttpHeaders, position: number): boolean {
  const noneMatch = headers['if-none-match']
  return noneMatch !== undefined && weakMatch(noneMatch, position)
}

const tags = (header: string) => header.split(',').map(tag => tag.trim())

function strongMatch(header: string, position: number | null): boolean {
  if (position === null) return false
  return tags(header).some(tag => tag === '*' || tag === tagOf(position))
}

function weakMatch(header: string, position: number | null): boolean {
  if (position === null) return false
  return tags(header).some(tag => tag === '*' || tag.replace(/^W\//, '') === tagOf(position))
}

function changed(position: number | null): RequestError {
  return new RequestError(
    'ART_CHANGED',
    position === null
      ? 'There is no such thing (any more), or it was withdrawn: nothing was changed.'
      : `It is another version now, ${tagOf(position)}: nothing was changed. Read it again and decide anew.`,
    { headers: position === null ? {} : { etag: tagOf(position) } },
  )
}
