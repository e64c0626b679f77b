/** Kinds of reports, the one that says most about who was hurt or what to do first. */
export const INCIDENT_TYPES = [
  'pedestrian',
  'cyclist',
  'motorcycle',
  'multi-vehicle',
  'two-vehicle',
  'single-vehicle',
  'stalled',
  'signal',
  'weather',
  'closure',
  'other',
] as const
export type IncidentType = (typeof INCIDENT_TYPES)[number]

/** Things that are named after road users, lights or snow and say nothing about the kind of report. */
const NAMESAKES =
  /\b(?:pedestrian|cyclist|bicycle|bike|cycle)s?[ -](?:(?:over|under)pass|bridge|path(?:way)?|track|lane|crossing|crosswalk|walkway|signal|light)s?\b|\bstreet ?lights?\b|\bsnow (?:removal|clearing|plough|plow)\w*/g

/** `vehicle`, also as people type it in a hurry: vechile, vehcile, veh. */
const VEHICLE = '(?:v(?:eh|ech|hei|e?hc)\\w*|cars?|trucks?)\\b'

/** The first that matches counts; `closure` holds whatever keeps a road or lane from use when nothing above is named. */
const RULES: readonly (readonly [IncidentType, RegExp])[] = [
  ['pedestrian', /\bpede?st\w*|\bpedistr\w*/],
  ['cyclist', /\b(?:bi)?cycl(?:e|es|ist|ists)\b|\bbikes?\b/],
  ['motorcycle', /\bmotor[ -]?(?:cycl|bike)\w*/],
  [
    'multi-vehicle',
    new RegExp(
      `\\b(?:mul[lt]\\w*|several|three|four|five|six|seven|eight|nine|ten|[3-9]|[1-9]\\d)[ -]*${VEHICLE}`,
    ),
  ],
  ['two-vehicle', new RegExp(`\\b(?:tw[oi]|2)[ -]*${VEHICLE}`)],
  ['single-vehicle', new RegExp(`\\b(?:sing\\w*|one|1)[ -]*${VEHICLE}|\\broll ?over\\b`)],
  ['stalled', /\bstall(?:s|ed)?\b|\bbroken[ -]?down\b|\bdisabled vehicle/],
  [
    'signal',
    /\b(?:traffic|signal|turn|reversal)s? (?:signal|light)s?\b|\bsignals?\b|\blights? .{0,12}\b(?:stuck|flash\w*|blank|out|off)\b|\bblank (?:lights?|intersections?)|\bflashing (?:red|amber)\b|\bon flash\b/,
  ],
  ['closure', /\bwater ?main|\bsewer|\bhydrant|\bgas (?:leak|line)/],
  [
    'weather',
    /\b(?:flood|icy|ice|snow|slipper|hail|fog|blizzard|storm|wind|whiteout|freez|tornado)(?:s|y|ed|ing|ier|storm|fall)?\b|\bwater pool|\bpool\w* (?:of )?water|\bvisibility\b/,
  ],
  [
    'closure',
    /\bclos(?:e|ed|es|ing|ures?)\b|\bbl(?!ank|ack(?:foot)?\b)[oac]\w{2,7}\b|\breduced to\b|\bsingle lane traffic\b|\bdetour|\bconstruction\b|\broad ?works?\b|\brepairs?\b|\bmaintenance\b|\bpaving\b|\bsink ?hole|\bpot ?hole|\bno (?:left|right) turn/,
  ],
]

/** The kind of a report by its description. */
export function incidentType(description: string): IncidentType {
  const text = description.toLowerCase().replace(NAMESAKES, ' ')
  return RULES.find(([, pattern]) => pattern.test(text))?.[0] ?? 'other'
}
