import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Config } from '../../core/config/index.ts'
import { ConfigError } from '../../core/errors.ts'
import { FeedError } from '../../core/feed-error.ts'
import type { PlaceContext } from '../../insight/incidents/index.ts'
import { communitiesOfCsv, nearCity, signalSitesOfCsv } from '../../sources/places/index.ts'

export type PlaceFiles = Config['incidents']

/** What the city knows of places, and a digest that tells it from any other. */
export interface KnownPlaces extends PlaceContext {
  readonly digest: string
}

/** @throws {ConfigError} when a file that the configuration names can't be read, or is another thing */
export function readPlaces(files: PlaceFiles, zone: string): KnownPlaces {
  const communities = textOf(files, 'communities')
  const signals = textOf(files, 'signals')
  return {
    communities:
      communities === null ? [] : parsed(files, 'communities', () => communitiesOfCsv(communities)),
    signals: signals === null ? [] : parsed(files, 'signals', () => signalSitesOfCsv(signals, zone)),
    digest: createHash('sha256')
      .update(JSON.stringify([communities, signals, zone]))
      .digest('hex'),
  }
}

/**
 * Whether a place is in the city or within 2 km of it; null where no boundary is set.
 * @throws {ConfigError} when its file can't be read, or is another thing
 */
export function cityBoundary(files: PlaceFiles): ((latitude: number, longitude: number) => boolean) | null {
  const boundary = textOf(files, 'boundary')
  return boundary === null ? null : parsed(files, 'boundary', () => nearCity(boundary))
}

function textOf(files: PlaceFiles, key: keyof PlaceFiles): string | null {
  const path = files[key]
  if (path === null) return null
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new ConfigError(
      `incidents.${key}: ${path} can't be read (${why}); name a file that is there, or null.`,
      { cause },
    )
  }
}

function parsed<T>(files: PlaceFiles, key: keyof PlaceFiles, parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    if (!(cause instanceof FeedError)) throw cause
    throw new ConfigError(`incidents.${key}: ${files[key] ?? ''} ${cause.message}.`, { cause })
  }
}
