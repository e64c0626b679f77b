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
  ['middle', /\b(?:middle|midde|cent(?:re|er)) (?:\w+ )?(?:lane|lnae)s?\b/],
  ['right', /\br(?:ig?h?t|igth)\b(?! (?:hand )?shoulder)|\brhls?\b/],
  ['turn', /\bturn(?:ing)?\b|\b[nsew]blt\b/],
  ['shoulder', /\bshoulder\b/],
  ['ramp', /\b(?:off)?ramp\b|\bexit\b|\bmerge\b|\bflyover\b/],
  ['intersection', /\binterses?c?tion\b|\bintersetion\b/],
  ['multiple', /\b(?:multiple|various|several|both) (?:\w+ )?lanes\b|\bvarious (?:lane )?closures\b/],
  [
    'all',
    /\b(?:road|street|avenue|trail|boulevard|drive|\d+ ?(?:st|ave?)|bv|dr|tr|rd)\b[^.]{0,40}\bclosed\b|\ball lanes\b/,
  ],
]
const NUMBERS: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3, four: 4 }
const HOW_MANY =
  /\b(?:(one|two|three|four|[1-4]) )?(?:(?:left|right|middle|centre|center|rigth|rght|nb|sb|eb|wb|northbound|southbound|eastbound|westbound)(?: hand)? )+(?:turn )?(?:lane|lnae|ln)(s?)\b|\b(one|two|three|four|[1-4]) lanes?\b/
const REDUCED = /\breduced to\b|\bsingle lane traffic\b|\b(?:is|are) (?:now )?open\b/
const REOPENED = /\bre-?op\w*ed?\b|\bnow open\b|\bre-?opening\b/
const BLOCKED =
  /\bbl[oac]\w{0,5}(?:ed|ing|s)\b|\bclos(?:ed|ures?)\b|\bmoved\b|\bin the\b|\bon the\b|\breduced\b/

/** The lane words of a report's description such as `Two vehicle incident. Blocking the right lane`. */
export function laneWords(description: string): LaneWords {
  const text = description.toLowerCase()
  const isReopened = REOPENED.test(text)
  if (!BLOCKED.test(text)) return { lanes: [], lanesBlocked: null, isReopened }
  return {
    lanes: PARTS.filter(([, pattern]) => pattern.test(text)).map(([part]) => part),
    // "Reduced to one left lane" counts the lanes that are open.
    lanesBlocked: REDUCED.test(text) ? null : countOf(text),
    isReopened,
  }
}

function countOf(text: string): number | null {
  const [found, number, plural, bare] = HOW_MANY.exec(text) ?? []
  if (found === undefined) return null
  const said = number ?? bare
  if (said !== undefined) return NUMBERS[said] ?? Number(said)
  return plural === 's' ? null : 1
}
