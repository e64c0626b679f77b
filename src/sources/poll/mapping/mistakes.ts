import { nearest } from '../../../core/config/nearest.ts'
import type { FeedAbout } from '../../../core/feed-format.ts'
import type { Stream } from '../../../core/stream/index.ts'
import { isStampFormat, zoneOffsets } from '../../../core/time/index.ts'
import { isSameDimension, isUnit, UNIT_NAMES } from '../../../core/units.ts'
import type { MappedField, FeedMapping } from './schema.ts'

/** What of a mapping does not fit its stream, in words. */
export function mistakesOf(
  mapping: FeedMapping,
  stream: Stream,
  constants: FeedAbout['constants'],
): string[] {
  const known = Object.keys(stream.fields)
  const unknown = [...Object.keys(mapping.fields), ...Object.keys(constants)].filter(
    name => !known.includes(name),
  )
  const own = (name: string) => mapping.format === 'geojson' && (name === 'latitude' || name === 'longitude')
  return [
    ...unknown.map(name => {
      const meant = nearest(name, known)
      return `${stream.name} has no field ${name}; ${meant === null ? `it has ${known.join(', ')}` : `did you mean ${meant}?`}`
    }),
    ...Object.entries(stream.fields).flatMap(([name, field]) => {
      const mapped = mapping.fields[name]
      if (mapped !== undefined)
        return fieldMistakes(name, field.type === 'number' ? field.unit : undefined, mapped)
      const isGiven = field.required !== true || constants[name] !== undefined || own(name)
      return isGiven ? [] : [`${name} is missing: give its path, or a constant`]
    }),
  ]
}

/** @param unit the stream's; null: a share or a bare number; undefined: no number at all */
function fieldMistakes(name: string, unit: string | null | undefined, mapped: MappedField): string[] {
  const mistakes: string[] = []
  if (mapped.unit !== undefined) {
    const wire = unit === null ? 'share' : unit
    if (!isUnit(mapped.unit)) {
      mistakes.push(`the unit ${mapped.unit} of ${name} is unknown; there are ${UNIT_NAMES.join(', ')}`)
    } else if (wire === undefined || !isUnit(wire) || !isSameDimension(mapped.unit, wire)) {
      mistakes.push(
        `${name} can't be in ${mapped.unit}: the stream has it ${wire === undefined ? 'without a unit' : `in ${wire}`}`,
      )
    }
  }
  if (mapped.format !== undefined && !isStampFormat(mapped.format)) {
    mistakes.push(
      `the format ${mapped.format} of ${name} is none: iso, unix_s, unix_ms, or a pattern such as MM/dd/yyyy HH:mm`,
    )
  }
  if (mapped.zone !== undefined && !isZone(mapped.zone))
    mistakes.push(`the zone ${mapped.zone} of ${name} is unknown`)
  return mistakes
}

function isZone(name: string): boolean {
  try {
    zoneOffsets(name)
    return true
  } catch {
    return false
  }
}
