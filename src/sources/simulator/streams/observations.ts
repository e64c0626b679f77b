import type { UtcOffset } from '../calendar/index.ts'
import { HOUR_MS } from '../../../core/time/spans.ts'
import type { City } from '../city.ts'
import type { TrafficModel, TrafficState } from '../model.ts'
import { emptyState } from '../model.ts'
import { uniform } from '../random.ts'
import type { Camera } from './cameras.ts'
import type { Dated, Feed } from './feed.ts'
import { instant, round, stepsBetween } from './feed.ts'
import type { KindAt } from './sky.ts'

/** Cameras count for a minute, longer where detectors send less often than that. */
const SPAN_S = 60
/** In the past so often. */
const COARSE_S = 900
/** A camera sees the two streets that cross; more detectors on the same approaches see the same vehicles. */
const SENSORS_SEEN = 2
/** Share of the vehicles that go uncounted, by light and weather: what published counting networks miss, roughly. */
const MISSED = { day: 0.02, night: 0.05, rain: 0.04, storm: 0.08 } as const
const DRAW = { miss: 0xca1, people: 0xca2, speed: 0xca3, confidence: 0xca4 } as const
/** People and bicycles a minute at an intersection in the middle of a dry day, by district. */
const PEDESTRIANS = [14, 5, 1.5, 2] as const
const BICYCLES = [3, 2, 0.6, 1] as const

/** What a camera counted in the span that ends at an instant. */
export interface CameraCount {
  readonly car: number
  readonly truck: number
  readonly motorcycle: number
  readonly bus: number
  readonly bicycle: number
  readonly pedestrian: number
  readonly speedMph: number | null
  readonly stopped: number
  readonly confidence: number
}

export interface Cameras {
  readonly cameras: readonly Camera[]
  readonly spanS: number
  /** @param atMs a multiple of the span */
  readonly count: (camera: Camera, atMs: number) => CameraCount
}

interface Sum {
  car: number
  truck: number
  motorcycle: number
  bus: number
  /** Of each vehicle, added up. */
  speed: number
  stopped: number
}

interface Seen {
  readonly sensor: number
  readonly offsetS: number
}

/**
 * Cameras that count what the detectors of their intersection count, less what they overlook: in each class at least
 * `(1 − MOST_MISSED) × truth − 1` and never more than the truth.
 */
export function camerasCounting(
  city: City,
  model: TrafficModel,
  offset: UtcOffset,
  kindAt: KindAt,
  cameras: readonly Camera[],
): Cameras {
  const { intervalS, seed } = city.config
  const spanS = Math.ceil(SPAN_S / intervalS) * intervalS
  const offsets = offsetsOf(city)
  const state = emptyState()

  function count(camera: Camera, atMs: number): CameraCount {
    const sum: Sum = { car: 0, truck: 0, motorcycle: 0, bus: 0, speed: 0, stopped: 0 }
    for (const seen of sensorsSeen(city, camera, offsets)) add(sum, seen, atMs)
    const second = Math.floor(atMs / 1000)
    const draw = (what: number, i: number) => uniform(seed + what, camera.siteIndex, second * 8 + i)
    const missed = missedAt(kindAt(atMs), ((((atMs + offset(atMs)) / HOUR_MS) % 24) + 24) % 24)
    const seenOf = (truth: number, i: number) =>
      Math.max(0, Math.floor(truth * (1 - missed) + draw(DRAW.miss, i)))
    const truth = sum.car + sum.truck + sum.motorcycle + sum.bus
    const counted = {
      car: Math.min(sum.car, seenOf(sum.car, 0)),
      truck: Math.min(sum.truck, seenOf(sum.truck, 1)),
      motorcycle: Math.min(sum.motorcycle, seenOf(sum.motorcycle, 2)),
      bus: Math.min(sum.bus, seenOf(sum.bus, 3)),
    }
    const vehicles = counted.car + counted.truck + counted.motorcycle + counted.bus
    return {
      ...counted,
      ...people(camera, atMs, i => draw(DRAW.people, i)),
      speedMph: vehicles === 0 ? null : (sum.speed / truth) * (0.96 + 0.08 * draw(DRAW.speed, 0)),
      stopped: Math.min(vehicles, sum.stopped),
      confidence: 1 - missed - 0.04 * draw(DRAW.confidence, 0) - 0.01,
    }
  }

  /** The detector's readings in the span, and the queue that the last of them saw. */
  function add(sum: Sum, { sensor, offsetS }: Seen, atMs: number): void {
    const last = Math.floor((atMs / 1000 - offsetS) / intervalS) * intervalS + offsetS
    for (let second = last; second > atMs / 1000 - spanS; second -= intervalS) {
      model.stateAt(sensor, second * 1000, state)
      addState(sum, state)
      if (second === last) sum.stopped += state.queueVeh
    }
  }

  function people(camera: Camera, atMs: number, draw: (i: number) => number) {
    const hour = ((((atMs + offset(atMs)) / HOUR_MS) % 24) + 24) % 24
    const awake = Math.max(0.02, Math.min(1, (hour - 5) / 4, (24 - hour) / 5))
    const dry = [1, 0.9, 0.4, 0.12][kindAt(atMs)] ?? 1
    const several = (mean: number, i: number) =>
      Math.floor(mean * awake * dry * (0.5 + draw(i)) * (spanS / 60) + draw(i + 2))
    return {
      bicycle: several(BICYCLES[camera.site.district] ?? 1, 0),
      pedestrian: several(PEDESTRIANS[camera.site.district] ?? 1, 1),
    }
  }

  return { cameras, spanS, count }
}

function addState(sum: Sum, state: TrafficState): void {
  sum.car += state.cars
  sum.truck += state.trucks
  sum.motorcycle += state.motorcycles
  sum.bus += state.buses
  sum.speed += (state.speedMph ?? 0) * state.vehicles
}

export function observationFeed({ cameras, spanS, count }: Cameras): Feed {
  const coarseS = Math.ceil(COARSE_S / spanS) * spanS
  return {
    stream: 'camera-observations',
    between: (fromMs, toMs, coarse) =>
      stepsBetween(fromMs, toMs, (coarse ? coarseS : spanS) * 1000).flatMap(atMs =>
        cameras.map(camera => observation(camera, atMs, spanS, count(camera, atMs))),
      ),
  }
}

function observation(camera: Camera, atMs: number, spanS: number, seen: CameraCount): Dated {
  const { car, truck, motorcycle, bus, bicycle, pedestrian } = seen
  return {
    atMs,
    record: {
      camera_id: camera.id,
      timestamp: instant(atMs),
      counts: { car, truck, motorcycle, bus, bicycle, pedestrian },
      ...(seen.speedMph === null ? {} : { mean_speed: round(seen.speedMph, 1) }),
      stopped_vehicles: seen.stopped,
      confidence: round(seen.confidence, 2),
      model: 'simulated',
      interval_seconds: spanS,
    },
  }
}

function missedAt(kind: number, hour: number): number {
  const light = hour < 6 || hour >= 20 ? MISSED.night : MISSED.day
  return light + (kind === 3 ? MISSED.storm : kind === 2 ? MISSED.rain : 0)
}

/** No camera overlooks more. */
export const MOST_MISSED = MISSED.night + MISSED.storm

/** In which second of the interval each sensor sends. */
function offsetsOf({ order, offsetsS }: City): Uint16Array {
  const offsets = new Uint16Array(order.length)
  order.forEach((sensor, i) => (offsets[sensor] = offsetsS[i] ?? 0))
  return offsets
}

function sensorsSeen({ sites, sensors }: City, { siteIndex }: Camera, offsets: Uint16Array): Seen[] {
  return Array.from({ length: SENSORS_SEEN }, (_, i) => siteIndex + i * sites.length)
    .filter(sensor => sensor < sensors.length)
    .map(sensor => ({ sensor, offsetS: offsets[sensor] ?? 0 }))
}
