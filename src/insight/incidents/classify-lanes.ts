export const LANE_PARTS = [
  'left',
  'middle',
  'right',
  'turn',
  'shoulder',
  'ramp',
  'intersection',
  'multiple',
  'all',
] as const
export type LanePart = (typeof LANE_PARTS)[number]

/** What a report says of the room that is left. */
export interface LaneWords {
  /** Which parts of the road are blocked or closed, in the order of `LANE_PARTS`. */
  readonly lanes: readonly LanePart[]
  /** How many lanes are blocked, where the text gives the number; of two directions that of the first. */
  readonly lanesBlocked: number | null
  /** Something that was closed is open again. */
  readonly isReopened: boolean
}

const PARTS: readonly (readonly [LanePart, RegExp])[] = [
  ['left', /\ble?f?t\b(?! (?:hand )?shoulder)(?!-? ?turn (?:is|not))|\blhls?\b|\bleflane\b/],
  ['middle', /\bmidd?l?e\b(?! of)|\bcent(?:re|er) (?:\w+ )?l(?:a|n)\w*\b/],
  ['right', /\br(?:ig?h?t|igth)\b(?! (?:hand )?shoulder)|\brhls?\b/],
  ['turn', /\bturn(?:ing)?\b|\b[nsew]blt\b/],
  ['shoulder', /\bshoulder\b/],
  ['ramp', /\b(?:off)?ramp\b|\bexit\b|\bmerge\b|\bflyover\b/],
  ['intersection', /\binterses?c?tion\b|\bintersetion\b/],
  ['multiple', /\b(?:multiple|various|several|both) (?:\w+ )?lanes\b|\bvarious (?:lane )?closures\b/],
  [
    'all',
    /\ball (?:\w+ )?lanes\b|\bblock\w* (?:the )?(?:road|street)\b|\b(?:road|traffic) is blocked\b|\bblock\w* (?:the )?(?:[nsew]b|\w+bound)(?: (?:&|and) (?:[nsew]b|\w+bound))? (?:traffic|lanes)\b/,
  ],
]
const NUMBERS: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3, four: 4 }
/** "The road is closed": what comes before the word in its sentence names no part of a road. */
const CLOSED = /(?:^|\. )([^.]*?)\bclosed\b/g
const PART_OF_ROAD = /\b(?:land?e?s?|lnaes?|ramp|exit|merge|bay|shoulder|sidewalks?|[nsew]blt)\b/
const HOW_MANY =
  /\b(?:(one|two|three|four|[1-4]) )?(?:(?:left|right|middle|centre|center|rigth|rght|nb|sb|eb|wb|northbound|southbound|eastbound|westbound)(?: hand)? )+(?:turn )?(?:lane|lnae|ln)(s?)\b|\b(one|two|three|four|[1-4]) lanes?\b/
const REDUCED = /\breduced to\b|\bsingle lane traffic\b|\b(?:is|are) (?:now )?open\b/
const REOPENED = /\bre-?op\w*ed?\b|\bnow open\b|\bre-?opening\b/
const BLOCKED =
  /\bbl(?!ank|ack(?:foot)?\b)[oac]\w{2,7}\b|\bclos(?:ed|ures?)\b|\bmoved\b|\bin the\b|\bon the\b|\breduced\b/

/** The lane words of a report's description such as `Two vehicle incident. Blocking the right lane`. */
export function laneWords(description: string): LaneWords {
  const text = description.toLowerCase()
  const isReopened = REOPENED.test(text)
  if (!BLOCKED.test(text)) return { lanes: [], lanesBlocked: null, isReopened }
  const lanes = PARTS.filter(
    ([part, pattern]) => pattern.test(text) || (part === 'all' && isClosed(text)),
  ).map(([part]) => part)
  // "Reduced to one left lane" counts the lanes that are open; of "the left and right lane" the number is not said.
  const isCounted = !REDUCED.test(text) && lanes.filter(part => SIDES.includes(part)).length < 2
  return { lanes, lanesBlocked: isCounted ? countOf(text) : null, isReopened }
}

const SIDES: readonly LanePart[] = ['left', 'middle', 'right']

function isClosed(text: string): boolean {
  return [...text.matchAll(CLOSED)].some(([, before = '']) => !PART_OF_ROAD.test(before))
}

function countOf(text: string): number | null {
  const [found, number, plural, bare] = HOW_MANY.exec(text) ?? []
  if (found === undefined) return /\b[rl]hl\b/.test(text) ? 1 : null
  const said = number ?? bare
  if (said !== undefined) return NUMBERS[said] ?? Number(said)
  return plural === 's' ? null : 1
}
