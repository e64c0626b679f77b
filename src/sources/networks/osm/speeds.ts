import type { Findings } from '../report.ts'
import type { Tags } from './sink.ts'

/**
 * Where nothing is said, km/h: those of SUMO's typemaps for towns osmNetconvertUrbanDe.typ.xml, and of osmNetconvert.typ.xml for the classes below tertiary (Eclipse SUMO,
 * data/typemap).
 */
const KMH: Readonly<Record<string, number>> = {
  motorway: 100,
  motorway_link: 60,
  trunk: 50,
  trunk_link: 50,
  primary: 50,
  primary_link: 50,
  secondary: 50,
  secondary_link: 50,
  tertiary: 50,
  tertiary_link: 50,
  unclassified: 50,
  residential: 50,
  living_street: 10,
  service: 20,
  road: 50,
}
const MPH_KMH = 1.609344
/** Walking speed, as German courts read it (Schrittgeschwindigkeit, 4 to 7). */
const WALK_KMH = 7
/** Where there is no limit: the recommended speed of German motorways (Autobahn-Richtgeschwindigkeits-Verordnung of 1978). */
const UNLIMITED_KMH = 130
const URBAN_KMH = 50

/** Free-flow speed of a direction: its limit, as tagged, or as is usual for its class; km/h, at least 5. */
export function speedOf(id: number, tags: Tags, side: 'forward' | 'backward', findings: Findings): number {
  const text = (tags[`maxspeed:${side}`] ?? tags['maxspeed'] ?? '').trim()
  const known = limitOf(text)
  if (known !== null) return Math.max(5, Math.round(known * 10) / 10)
  const usual = KMH[tags['highway'] ?? ''] ?? URBAN_KMH
  const what =
    text === ''
      ? 'roads without maxspeed have the speed of their class'
      : `maxspeed=${text.slice(0, 40)} is not known; the speed is that of the class`
  findings.guessed(what, `way ${id}`)
  return usual
}

/** `50`, `50 km/h`, `30 mph`, `walk`, `none`, `DE:urban`; null for what is none of these. */
function limitOf(text: string): number | null {
  const [, digits, unit] = /^(\d{1,3}(?:\.\d+)?)\s*(km\/h|kmh|kph|mph)?(?:;.*)?$/.exec(text) ?? []
  if (digits !== undefined) {
    const value = Number(digits)
    return value > 0 ? (unit === 'mph' ? value * MPH_KMH : value) : null
  }
  if (text === 'walk' || text.endsWith(':living_street')) return WALK_KMH
  if (text === 'none') return UNLIMITED_KMH
  return text.endsWith(':urban') ? URBAN_KMH : null
}
