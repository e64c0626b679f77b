import { NO_OVERLAY, type Overlay } from '../../map/overlay/overlay.ts'
import { ago, count, percent, quantity, speed, words, type Units } from '../../ui/format.ts'
import type { CameraRow, ObservationRow } from './queries.ts'

const CLASSES = ['car', 'truck', 'bus', 'motorcycle', 'bicycle', 'pedestrian'] as const
const CLASS_WORDS: Record<(typeof CLASSES)[number], string> = {
  car: 'Cars',
  truck: 'Trucks',
  bus: 'Buses',
  motorcycle: 'Motorcycles',
  bicycle: 'Bicycles',
  pedestrian: 'Pedestrians',
}

export type Policy = 'open' | 'blurred' | 'hidden'

/** Who may see the picture. What a newer server calls by a name unknown here is hidden: the careful reading. */
export function policyOf({ shown }: Pick<CameraRow, 'shown'>): Policy {
  if (shown === null || shown === 'yes') return 'open'
  return shown === 'blurred' ? 'blurred' : 'hidden'
}

export function cameraTitle({ name, camera_id: id, direction }: CameraRow): string {
  const title = name ?? id
  return direction === null ? title : `${title}, ${direction}`
}

/** What the picture shows, for those who do not see it. */
export function altText(camera: CameraRow, policy: Policy, ageMs: number | null): string {
  const blurred = policy === 'blurred' ? ', blurred' : ''
  const age = ageMs === null ? '' : `, taken ${ago(Math.max(0, ageMs))}`
  return `Picture of the camera ${cameraTitle(camera)}${blurred}${age}`
}

export interface ClassCount {
  readonly key: string
  readonly label: string
  readonly text: string
  /** Of the most frequent class. */
  readonly share: number
}

/** Counts of one observation by class; a class that the camera does not tell apart is left out. */
export function classCounts(row: ObservationRow): ClassCount[] {
  const counts = CLASSES.map(key => [key, row[`counts_${key}`]] as const)
  const most = Math.max(1, ...counts.map(([, value]) => value ?? 0))
  return counts.flatMap(([key, value]) =>
    value === null
      ? []
      : [{ key, label: CLASS_WORDS[key], text: count(value), share: Math.min(1, value / most) }],
  )
}

/** Vehicles of the last hour, oldest first, for a line; a bicycle is one, a pedestrian is none. */
export function vehicleSeries(rows: readonly ObservationRow[]): (number | null)[] {
  return [...rows].sort((a, b) => a.observed_at - b.observed_at).map(vehiclesOf)
}

export function vehiclesOf(row: ObservationRow): number | null {
  const counts = [
    row.counts_car,
    row.counts_truck,
    row.counts_bus,
    row.counts_motorcycle,
    row.counts_bicycle,
  ].filter(value => value !== null)
  return counts.length === 0 ? null : counts.reduce((sum, value) => sum + value, 0)
}

export interface CameraFact {
  readonly label: string
  readonly text: string
}

export function observationFacts(row: ObservationRow, units: Units): CameraFact[] {
  return [
    row.mean_speed_kmh === null
      ? null
      : { label: 'Mean speed', text: quantity(speed(row.mean_speed_kmh, units)) },
    row.stopped_vehicles === null ? null : { label: 'Standing', text: `${count(row.stopped_vehicles)} veh` },
    row.confidence === null ? null : { label: 'Sure of it', text: percent(row.confidence) },
    row.model === null ? null : { label: 'Counted by', text: row.model },
  ].filter(fact => fact !== null)
}

/** Counted over how long: "in 60 s". */
export function intervalText({ interval_s: seconds }: ObservationRow): string {
  if (seconds === null) return ''
  return seconds % 60 === 0 ? `in ${count(seconds / 60)} min` : `in ${count(seconds)} s`
}

/** The layer of the map: a hidden camera has a broken outline. */
export function camerasOverlay(cameras: readonly CameraRow[]): Overlay {
  if (cameras.length === 0) return NO_OVERLAY
  return {
    signs: cameras.map(camera => {
      const policy = policyOf(camera)
      return {
        kind: 'camera',
        id: camera.camera_id,
        title: camera.name ?? camera.camera_id,
        lines: [
          [camera.direction, camera.district === null ? null : words(camera.district)]
            .filter(part => part !== null)
            .join(' · '),
          policy === 'open' ? 'camera' : `camera, picture ${policy} by policy`,
        ].filter(line => line !== ''),
        at: [camera.longitude, camera.latitude],
        image: { shape: 'plate', glyph: 'camera', look: policy === 'hidden' ? 'planned' : 'active' },
      }
    }),
    paths: [],
    areas: [],
  }
}

/** Those that look at a site, by name. */
export function camerasAt(cameras: readonly CameraRow[], site: string): CameraRow[] {
  return cameras
    .filter(camera => camera.intersection_id === site)
    .sort((a, b) => cameraTitle(a).localeCompare(cameraTitle(b)))
}
