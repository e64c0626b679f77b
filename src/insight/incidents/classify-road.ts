import { roadName } from './road-name.ts'

export type Direction = 'N' | 'E' | 'S' | 'W'

/** Where a report says it is: on which road, going where, and by which other road. */
export interface RoadWords {
  /** `Deerfoot Trail`, abbreviations written out; null where the text names no road. */
  readonly road: string | null
  readonly crossStreet: string | null
  /** Of "between A and B": B. */
  readonly otherCrossStreet: string | null
  /** Where the traffic concerned goes. */
  readonly direction: Direction | null
  /** The last quadrant the text names, e.g. `NE`, or `S` of a street on the border of two. */
  readonly quadrant: string | null
}

const DIRECTION = /\b(north|south|east|west)[ -]?bound\b|\b([NSEW])B(?=\b|\d)/i
/** What may stand before a road's name, in any order. */
const LEADING =
  /^(?:(?:(?:on|off|from|the|and|&|ramp|exit|approaching|at|near)\b|(?:north|south|east|west)[ -]?bound\b|[NSEW]B(?=\b|\d))\s*)+/i
const QUADRANT = /\b(NE|NW|SE|SW|N|E|S|W|North|South)\b\.?(?! of\b)(?=\s|$|,)/g
/** What stands between the road and the one that tells where on it. */
const RELATION =
  /\s+(?:(?:on |off |exit |exit ?ramp |off ?-?ramp |ramp |overpass |flyover )?(?:at|and|onto|to|of|over|past|after|before|near|by|under|on|approaching|between|btw|exit)|ap+[ro]\w*ing?|&|@|\/|(?:just )?(?:north|south|east|west|[NSEW]) of)\s+(?:the\s+)?/i
const ROAD_TYPE =
  /\b(?:Trail|Avenue|Street|Road|Boulevard|Drive|Way|Gate|Crescent|Place|Link|Lane|Court|Circle|Parade|Parkway|Close|Highway|Terrace|Bridge|Tunnel)\b/

/** The road words of a report's title such as `Southbound Deerfoot Trail approaching 64 Avenue NE`. */
export function roadWords(title: string): RoadWords {
  const [, long, short] = DIRECTION.exec(title) ?? []
  const direction = ((long ?? short)?.[0]?.toUpperCase() ?? null) as Direction | null
  const quadrant = quadrantOf(title)
  // Of several stretches the first one counts.
  const [stretch = ''] = title.replace(LEADING, '').split(/,|;/)
  const relation = RELATION.exec(stretch)
  if (relation === null) {
    const road = nameOf(stretch)
    const isRoad = road !== null && ROAD_TYPE.test(road)
    return { road: isRoad ? road : null, crossStreet: null, otherCrossStreet: null, direction, quadrant }
  }
  const behind = stretch.slice(relation.index + relation[0].length)
  const isBetween = /between|btw/i.test(relation[0])
  const [first = '', second] = isBetween ? behind.split(/\s+(?:and|&|to)\s+/i) : [firstOf(behind)]
  return {
    road: nameOf(stretch.slice(0, relation.index)),
    crossStreet: nameOf(first),
    otherCrossStreet: second === undefined ? null : nameOf(second),
    direction,
    quadrant,
  }
}

/** What comes behind a second relation ("on the flyover") tells nothing more. */
function firstOf(text: string): string {
  const relation = RELATION.exec(text)
  return relation === null || relation.index === 0 ? text : text.slice(0, relation.index)
}

function nameOf(text: string): string | null {
  return roadName(text.trimStart().replace(LEADING, '').replace(QUADRANT, ' '))
}

function quadrantOf(title: string): string | null {
  const last = [...title.matchAll(QUADRANT)].at(-1)?.[1]
  if (last === undefined) return null
  return last.length > 2 ? (last[0] ?? '').toUpperCase() : last.toUpperCase()
}
