import { join } from 'node:path'

/** Where a test has its traps: files in a folder, and a web server that counts who knocks. */
export interface Place {
  readonly folder: string
  readonly port: number
}

/** A way to a file, the network, the system, another table, a setting or a change. */
export interface Escape {
  readonly what: string
  readonly sql: (place: Place) => string
}

/** Escapes of one kind. */
export interface Family {
  readonly name: string
  /**
   * Why the second wall, a reader whose user may read the listed tables only, does not refuse them all by itself; null
   * where it does.
   */
  readonly secondWall: string | null
  readonly escapes: readonly Escape[]
}

export const fixed = (what: string, sql: string): Escape => ({ what, sql: () => sql })

/** The path of the file nobody may read, as a text of SQL. */
export const secretFile = (place: Place) => `'${join(place.folder, 'secret.csv')}'`
/** A path of a file that nobody may make. */
export const madeFile = (place: Place) => `'${join(place.folder, 'made.csv')}'`
/** An address where nobody may knock. */
export const web = (place: Place) => `'http://127.0.0.1:${place.port}/x'`
