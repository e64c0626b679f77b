import type { StreamSet } from '../lake/load/streams.ts'
import { streams } from '../streams/index.ts'

/** What this program takes in beside readings. */
export const streamSet: StreamSet = {
  list: streams,
  url: new URL('../streams/index.ts', import.meta.url).href,
}

const names: ReadonlySet<string> = new Set(streams.map(({ name }) => name))

/** Of the streams that a log holds, those that this program does not know: nobody loads them, and the log keeps them. */
export function unknownStreams<T>(named: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([...named].filter(([name]) => !names.has(name)))
}
