import { emptyState } from '../model.ts'
import type { TrafficModel } from '../model.ts'
import { uniform } from '../random.ts'
import type { Camera } from '../streams/cameras.ts'
import type { SimulatedWorld } from '../streams/index.ts'
import { skyAt } from '../streams/sky.ts'
import { daylightAt } from './light.ts'
import type { Scene } from './scene.ts'
import { drawScene } from './scene.ts'
import { encodePng } from './png.ts'

export interface Snapshot {
  readonly type: 'image/png'
  readonly bytes: Buffer
}

/** What the camera of an id sees. One that the city lacks shows an empty crossing that says so. */
export type DrawSnapshot = (cameraId: string, nowMs: number) => Snapshot

const STREAM = 0x5ca9
/** About a megabyte. */
const MOST_KEPT = 64
const NOBODY = { car: 0, truck: 0, motorcycle: 0, bus: 0, bicycle: 0, pedestrian: 0 } as const
const WET: Readonly<Record<string, number>> = { rain: 1, heavy_rain: 2, snow: 1, fog: 1.5 }

/**
 * Draws the pictures of a simulated city's cameras: the crossing from above with what its camera counted last, in the light and
 * the weather of that minute. The same camera and minute give the same picture; it is kept as long as it holds.
 */
export function snapshotsOf(world: SimulatedWorld, model: TrafficModel): DrawSnapshot {
  const { city, cameras } = world
  const byId = new Map(cameras.cameras.map(camera => [camera.id, camera]))
  const kept = new Map<string, Snapshot>()
  const spanMs = cameras.spanS * 1000

  return (cameraId, nowMs) => {
    const countedMs = Math.floor(nowMs / spanMs) * spanMs
    const camera = byId.get(cameraId)
    const key = `${camera?.id ?? ''} ${countedMs}`
    const known = kept.get(key)
    if (known !== undefined) return known
    const scene = camera === undefined ? nothing(countedMs) : sceneOf(world, model, camera, countedMs)
    const snapshot: Snapshot = { type: 'image/png', bytes: encodePng(drawScene(scene)) }
    const oldest = kept.keys().next()
    if (kept.size >= MOST_KEPT && oldest.done !== true) kept.delete(oldest.value)
    kept.set(key, snapshot)
    return snapshot
  }

  function nothing(atMs: number): Scene {
    return {
      light: { day: 1, wet: 2 },
      snows: false,
      counts: NOBODY,
      stopped: 0,
      streetGreen: false,
      captions: ['no such camera in this city', stamp(atMs + world.offset(atMs))],
      draw: what => uniform(STREAM, 0, what),
      drawPlace: what => uniform(city.config.seed + STREAM, 0, what),
    }
  }
}

function sceneOf(world: SimulatedWorld, model: TrafficModel, camera: Camera, atMs: number): Scene {
  const { city, offset, kindAt, cameras } = world
  const { site, siteIndex } = camera
  const { seed } = city.config
  const sky = skyAt(city, offset, kindAt, 0, atMs)
  const counts = cameras.count(camera, atMs)
  const state = emptyState()
  model.stateAt(siteIndex, atMs, state)
  const vehicles = counts.car + counts.truck + counts.motorcycle + counts.bus
  return {
    light: { day: daylightAt(site.latitude, site.longitude, atMs), wet: WET[sky.condition] ?? 0 },
    snows: sky.condition === 'snow',
    counts,
    stopped: counts.stopped,
    streetGreen: state.signal === 'green',
    captions: [
      `${camera.id}  ${site.name}  ${stamp(atMs + offset(atMs))}`,
      `${vehicles} vehicles, ${counts.pedestrian} people, ${counts.bicycle} bicycles in ${cameras.spanS} s  ${sky.condition.replace('_', ' ')}`,
    ],
    draw: what => uniform(seed + STREAM, siteIndex + Math.floor(atMs / 1000), what),
    drawPlace: what => uniform(seed + STREAM, siteIndex, 100_000 + what),
  }
}

/** `2026-06-16 12:00`, local. */
function stamp(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 16).replace('T', ' ')
}
