import type { FeatureCollection, Point, Polygon } from 'geojson'
import type { IncidentHotspots } from '../../../../../src/serve/contract/index.ts'
import { count } from '../../../ui/format.ts'
import { incidents, rangeWords } from '../model/words.ts'

/** How hotspots are found: hexagons beyond chance, clusters by density, sites by their traffic. */
export type Way = 'cells' | 'clusters' | 'rates'
export const WAYS: readonly { readonly value: Way; readonly label: string }[] = [
  { value: 'cells', label: 'Cells' },
  { value: 'clusters', label: 'Clusters' },
  { value: 'rates', label: 'Rate' },
]

/** @param isPublic traffic is no part of what citizens read */
export function waysOf(isPublic: boolean): typeof WAYS {
  return isPublic ? WAYS.filter(({ value }) => value !== 'rates') : WAYS
}

export function wayOf(text: string | null, isPublic: boolean): Way {
  return waysOf(isPublic).find(({ value }) => value === text)?.value ?? 'cells'
}

/** What a place is called: told apart by colour, by its line, and by a word. */
export type Standing = 'emerging' | 'persistent' | 'hot' | 'fading' | 'cold' | 'usual'

export interface Called {
  readonly standing: Standing
  readonly label: string
}

/** A hotspot of the list: places that touch are one to whoever goes there, but each is judged by itself. */
export interface Spot {
  readonly id: string
  readonly standing: Standing
  /** Of its standing, in a word. */
  readonly label: string
  readonly name: string
  readonly place: string | null
  readonly figures: string
  readonly change: string | null
}

export interface SpotMark {
  readonly spot: string
  /** 0 … 1: of the most. */
  readonly share: number
  readonly standing: Standing
  /** From near an area, from afar a disc: this mark is one of such a pair. */
  readonly isPaired: boolean
}

/** Hotspots as the map, its legend and the list show them. */
export interface Spots {
  readonly way: Way
  readonly rows: readonly Spot[]
  /** What is said in place of rows where there are none. */
  readonly none: string
  readonly legend: readonly Called[]
  /** What the shade says, of little and of much. */
  readonly scale: readonly [string, string]
  /** What was looked at: how, and against what. */
  readonly words: string
  /** Areas; of small ones a point too, that is seen from afar. */
  readonly marks: FeatureCollection<Polygon | Point, SpotMark>
  readonly middles: ReadonlyMap<string, readonly [longitude: number, latitude: number]>
  readonly tipOf: (spot: string) => Tip | null
}

export interface Tip {
  readonly title: string
  readonly lines: readonly string[]
}

export const SHOWN = 12

type Compared = Pick<NonNullable<IncidentHotspots['result']>, 'before' | 'why_no_before'>

/** With a period before, what became of a place; without, whether it is one. */
export function legendOf(all: readonly Called[], { before }: Compared): readonly Called[] {
  const absent: readonly Standing[] = before === null ? ['emerging', 'persistent', 'fading'] : ['hot']
  return all.filter(({ standing }) => !absent.includes(standing))
}

export function labelOf(all: readonly Called[], standing: Standing): string {
  return all.find(one => one.standing === standing)?.label.split(':')[0] ?? 'As usual'
}

export function comparedWords({ before, why_no_before: why }: Compared): string {
  if (before !== null)
    return `Compared with ${rangeWords(before.from, before.to)}: ${incidents(before.incidents)} on ${count(before.covered_days)} days with data.`
  return why === 'not_recorded'
    ? 'The record has too little of the period before to compare with.'
    : 'Choose a range, such as a year, to see what emerged since the one before.'
}

export function figuresOf(now: number, before: number | null): string {
  return before === null ? incidents(now) : `${incidents(now)}, ${count(before)} in the period before`
}

interface Ratio {
  readonly value: number | null
  readonly low: number
  readonly high: number | null
}

/** How the rate changed, and whether that is more than chance. */
export function changeOf(ratio: Ratio | null): string | null {
  if (ratio === null) return null
  if (ratio.value === null) return 'none before'
  const times = ratio.value >= 2 ? `${ratio.value.toFixed(1)} times as many` : percentWords(ratio.value)
  const isChance = ratio.low <= 1 && (ratio.high ?? Infinity) >= 1 && times !== AS_BEFORE
  return isChance ? `${times}, which may be chance` : times
}

const AS_BEFORE = 'as many as before'

function percentWords(ratio: number): string {
  const percent = Math.round(Math.abs(ratio - 1) * 100)
  if (percent === 0) return AS_BEFORE
  return `${percent} % ${ratio > 1 ? 'more' : 'fewer'}`
}

export type Outline = readonly (readonly [number, number])[]

export function polygonOf(outline: Outline): Polygon {
  const ring = [...outline, ...outline.slice(0, 1)].map(([longitude, latitude]) => [longitude, latitude])
  return { type: 'Polygon', coordinates: [ring] }
}
