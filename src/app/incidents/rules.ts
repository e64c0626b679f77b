import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { placeOf, rememberedWords } from '../../insight/incidents/index.ts'
import type { IncidentRules } from '../../insight/incidents/derive/rules.ts'
import type { KnownPlaces } from './places.ts'

/** What reads words and places: with another text of it, incidents may be read otherwise. */
const PROGRAM = ['../../insight/incidents/', '../../core/geo/'] as const

/** The rules by which the incident record is read, with the city's places. */
export function incidentRules(places: KnownPlaces): IncidentRules {
  const digest = createHash('sha256').update(places.digest)
  for (const folder of PROGRAM) {
    const url = new URL(folder, import.meta.url)
    for (const name of readdirSync(url, { recursive: true, encoding: 'utf8' }).sort())
      if (name.endsWith('.ts') || name.endsWith('.sql')) digest.update(readFileSync(new URL(name, url)))
  }
  return { fingerprint: digest.digest('hex').slice(0, 32), words: rememberedWords(), place: placeOf(places) }
}
