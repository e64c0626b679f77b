import type { FeatureCollection, MultiPolygon } from 'geojson'
import type {
  CommunityOutlines,
  IncidentRisk,
  IncidentRiskQuality,
} from '../../../../../src/serve/contract/index.ts'
import { count } from '../../../ui/format.ts'
import { dayWords, placeName, rangeWords, weekdayName } from './words.ts'

export type Risk = NonNullable<IncidentRisk['result']>
export type RiskOfPlace = Risk['communities'][number]
export type RiskQuality = NonNullable<IncidentRiskQuality['result']>

/** What the map draws: each community with its risk as a share of the highest, 0 … 1 by the root. */
export function riskAreas(
  outlines: CommunityOutlines,
  { communities }: Risk,
  chosen: string | null,
): FeatureCollection<MultiPolygon, { community: string; share: number; chosen: boolean }> {
  const expected = new Map(communities.map(each => [each.community, each.expected]))
  const most = Math.max(1e-9, communities[0]?.expected ?? 0)
  return {
    type: 'FeatureCollection',
    features: outlines.features.map(({ geometry, properties: { community } }) => ({
      type: 'Feature',
      properties: {
        community,
        share: Math.sqrt((expected.get(community) ?? 0) / most),
        chosen: community === chosen,
      },
      geometry,
    })),
  }
}

/** Chance of at least one, of so many expected: 34 %. */
export function chanceWords(expected: number): string {
  const percent = 100 * (1 - Math.exp(-expected))
  return percent < 1 ? 'under 1 %' : percent > 99 ? 'over 99 %' : `${percent.toFixed(0)} %`
}

/** "0.42 expected, 34 % chance of at least one" */
export function expectedWords(expected: number): string {
  return `${expected.toFixed(expected < 0.095 ? 2 : 1)} expected, ${chanceWords(expected)} chance of at least one`
}

/** "Friday 17:00" */
export function hourWords(hours: Risk['hours'], at: number): string {
  const found = hours[at]
  if (found === undefined) return ''
  const weekday = new Date(`${found.day}T00:00Z`).getUTCDay() || 7
  return `${weekdayName(weekday)} ${String(found.hour).padStart(2, '0')}:00`
}

/** Why there at its peak, with names as people write them. */
export function reasonsOf({ community, reasons }: RiskOfPlace): string[] {
  return reasons.map(({ says }) => says.replaceAll(community, placeName(community)))
}

/** Which 24 hours these are. */
export function riskTitle(risk: Risk): string {
  const first = hourWords(risk.hours, 0)
  if (risk.is_of_now) return `The next 24 hours, from ${first}`
  return `The 24 hours after the record’s end, from ${first}, ${dayWords(risk.hours[0]?.day ?? '1970-01-01')}`
}

/** What the forecast does not know, in words. */
export function riskDoubts(risk: Risk): string[] {
  const ends = risk.record_ends === null ? '' : dayWords(risk.record_ends)
  return [
    ...(risk.is_of_now ? [] : [`The record ends on ${ends}: of today nothing can be said.`]),
    ...(risk.knows_weather ? [] : ['The weather is not in it.']),
    'Expected reports, not crashes; most hours of most communities have none.',
  ]
}

/** How good it was, without praise: the year that was held out, and how far below the plain baseline. */
export function qualityWords({ judged }: RiskQuality): string {
  if (judged === null) return 'How good it is can’t be said yet: less than a year and a half is recorded.'
  const { from, to, seen, expected, deviance, baseline_deviance: baseline } = judged
  const better = 100 * (1 - deviance / baseline)
  const against =
    better >= 0
      ? `${better.toFixed(1)} % closer than the plain product of community, hour of the week and month`
      : `${(-better).toFixed(1)} % worse than the plain product of community, hour of the week and month, so trust the map no more than habit`
  return `Judged on ${rangeWords(from, to)}, held out: ${count(Math.round(expected))} expected, ${count(seen)} came; by deviance ${against}. Almost all that is left is the chance of single incidents.`
}
