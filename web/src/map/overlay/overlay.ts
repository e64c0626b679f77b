import { signName, SIGN_OFFSETS, type SignImage } from './sign-shape.ts'
import type { Fall } from './fall-image.ts'

/** What can be chosen on the map beside a site. */
export type OverlayKind = 'event' | 'zone' | 'camera' | 'station' | 'device'
/** Longitude, latitude. */
export type Position = readonly [number, number]

interface Thing {
  readonly kind: OverlayKind
  readonly id: string
  /** Beside the pointer. */
  readonly title: string
  readonly lines: readonly string[]
}

export interface OverlaySign extends Thing {
  readonly at: Position
  readonly image: SignImage
}

export interface OverlayPath extends Thing {
  readonly path: readonly Position[]
  readonly look: 'active' | 'planned'
}

export interface OverlayArea {
  readonly ring: readonly Position[]
  readonly fall: Fall
}

/** What lies on the map beside the sites: each layer yields one, and the map draws their sum. */
export interface Overlay {
  readonly signs: readonly OverlaySign[]
  readonly paths: readonly OverlayPath[]
  readonly areas: readonly OverlayArea[]
}

export const NO_OVERLAY: Overlay = { signs: [], paths: [], areas: [] }

export function overlaySum(overlays: readonly Overlay[]): Overlay {
  const filled = overlays.filter(one => one.signs.length + one.paths.length + one.areas.length > 0)
  if (filled.length < 2) return filled[0] ?? NO_OVERLAY
  return {
    signs: filled.flatMap(one => one.signs),
    paths: filled.flatMap(one => one.paths),
    areas: filled.flatMap(one => one.areas),
  }
}

export function keyOf(kind: OverlayKind, id: string): string {
  return `${kind}:${id}`
}

export function thingOf(overlay: Overlay, key: string): OverlaySign | OverlayPath | null {
  const same = ({ kind, id }: Thing) => keyOf(kind, id) === key
  return overlay.signs.find(same) ?? overlay.paths.find(same) ?? null
}

/** Of two signs at one place the earlier in this list lies below. */
const RANKS: Record<OverlayKind, number> = { station: 0, camera: 1, device: 2, zone: 3, event: 4 }

export function rankOf({ kind, image }: OverlaySign): number {
  return RANKS[kind] + (image.look === 'active' ? 10 : 0)
}

/** @param offsets by key, px at a sign's own size; a sign without one stands as its shape does */
export function signFeatures(
  signs: readonly OverlaySign[],
  offsets: ReadonlyMap<string, readonly [number, number]> = new Map(),
): GeoJSON.FeatureCollection {
  return collection(
    signs.map(sign => {
      const { kind, id, at, image } = sign
      const key = keyOf(kind, id)
      return {
        type: 'Feature',
        properties: {
          key,
          image: signName(image),
          offset: offsets.get(key) ?? SIGN_OFFSETS[image.shape],
          rank: rankOf(sign),
          crowds: image.shape === 'plate' || image.shape === 'label',
        },
        geometry: { type: 'Point', coordinates: [...at] },
      }
    }),
  )
}

export function pathFeatures(paths: readonly OverlayPath[]): GeoJSON.FeatureCollection {
  return collection(
    paths.map(({ kind, id, path, look }) => ({
      type: 'Feature',
      properties: { key: keyOf(kind, id), kind, look },
      geometry: { type: 'LineString', coordinates: path.map(at => [...at]) },
    })),
  )
}

export function areaFeatures(areas: readonly OverlayArea[]): GeoJSON.FeatureCollection {
  return collection(
    areas.map(({ ring, fall }) => ({
      type: 'Feature',
      properties: { fall },
      geometry: { type: 'Polygon', coordinates: [ring.map(at => [...at])] },
    })),
  )
}

function collection(features: GeoJSON.Feature[]): GeoJSON.FeatureCollection {
  return { type: 'FeatureCollection', features }
}
