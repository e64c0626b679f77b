import {
  AttributionControl,
  Map as MapLibre,
  MercatorCoordinate,
  setWorkerUrl,
  type MapMouseEvent,
  type StyleSpecification,
} from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import type { Band } from './bands.ts'
import { viewBounds, type Bounds } from './extent.ts'
import { drawIcon, ICON_PIXEL_RATIO } from './icons.ts'
import type { Theme } from './ramp.ts'
import { paddingFor, type Covered } from './room.ts'
import type { Place } from './streets.ts'
import { APPROACHES, cityLayers, HIT_LAYER, iconName, ownStyle, SITES, type Scene } from './style.ts'

setWorkerUrl(workerUrl)

export interface Hover {
  readonly id: string
  readonly x: number
  readonly y: number
  /** In the right half, in the lower half. */
  readonly right: boolean
  readonly low: boolean
}

export interface SiteMapOptions {
  readonly container: HTMLElement
  readonly onPick: (id: string | null) => void
  readonly onHover: (hover: Hover | null) => void
  /** The first picture with the city on it. */
  readonly onReady: () => void
  /** How far the legend reaches into the map from the lower left. */
  readonly covered: () => Covered
}

interface SceneOptions {
  readonly places: readonly Place[]
  readonly theme: Theme
  readonly tileStyle: string | null
  readonly bands: readonly Band[]
}

const SLIDE_MS = 350

/**
 * The map itself, outside of React. Sites live in one source; what changes from second to second (step of the ramp,
 * choice, dimming) is feature state, which repaints without touching geometry.
 */
export class SiteMap {
  readonly #map: MapLibre
  readonly #options: SiteMapOptions
  readonly #steps = new Map<string, number>()
  #dimmed = new Set<string>()
  #scene: SceneOptions | null = null
  #bounds: Bounds | null = null
  #chosen: string | null = null
  #moved = false
  #loaded = false

  constructor(options: SiteMapOptions) {
    this.#options = options
    const map = new MapLibre({
      container: options.container,
      style: { version: 8, sources: {}, layers: [] },
      center: [0, 0],
      zoom: 1,
      maxPitch: 0,
      dragRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      renderWorldCopies: false,
      attributionControl: false,
    })
    this.#map = map
    map.touchZoomRotate.disableRotation()
    map.keyboard.disableRotation()
    map.on('movestart', event => {
      if ('originalEvent' in event && event.originalEvent !== undefined) this.#moved = true
    })
    map.on('resize', () => {
      if (!this.#moved) this.fit(0)
    })
    map.on('click', event => options.onPick(this.#under(event)))
    map.on('mousemove', event => this.#hover(event))
    map.on('mouseout', () => options.onHover(null))
    map.on('style.load', () => this.#furnish())
    map.once('idle', () => options.onReady())
  }

  destroy(): void {
    this.#map.remove()
  }

  /** Another city, theme or ground. The view is fitted when the places are others. */
  setScene(scene: SceneOptions): void {
    const before = this.#scene
    this.#scene = scene
    this.#loaded = false
    const ours: Scene = { places: scene.places, theme: scene.theme, ownStreets: scene.tileStyle === null }
    if (scene.tileStyle === null) this.#map.setStyle(ownStyle(ours), { diff: false })
    else {
      const { sources, layers } = cityLayers(ours)
      this.#map.setStyle(scene.tileStyle, {
        diff: false,
        transformStyle: (_, next): StyleSpecification => ({
          ...next,
          sources: { ...next.sources, ...sources },
          layers: [...next.layers, ...layers],
        }),
      })
      if (before?.tileStyle !== scene.tileStyle)
        this.#map.addControl(new AttributionControl({ compact: true }))
    }
    if (before?.places !== scene.places) {
      this.#bounds = viewBounds(scene.places, scene.tileStyle === null)
      this.#moved = false
      this.fit(0)
    }
  }

  /** Steps of sites that changed; null is unknown. Others stay. */
  paint(steps: Iterable<readonly [string, number | null]>): void {
    performance.mark('arterial:paint-begin')
    for (const [id, step] of steps) {
      const value = step ?? -1
      if (this.#steps.get(id) === value) continue
      this.#steps.set(id, value)
      this.#setState(id, { step: value })
    }
    performance.measure('arterial:paint', 'arterial:paint-begin')
  }

  choose(id: string | null): void {
    if (this.#chosen === id) return
    if (this.#chosen !== null) this.#setState(this.#chosen, { chosen: false })
    this.#chosen = id
    if (id === null) return
    this.#setState(id, { chosen: true })
    this.#bringIntoView(id)
  }

  /** Makes these quieter than the rest. */
  dim(ids: ReadonlySet<string>): void {
    for (const id of this.#dimmed) if (!ids.has(id)) this.#setState(id, { dim: false })
    for (const id of ids) if (!this.#dimmed.has(id)) this.#setState(id, { dim: true })
    this.#dimmed = new Set(ids)
  }

  fit(durationMs = SLIDE_MS): void {
    if (this.#bounds === null) return
    const [west, south, east, north] = this.#bounds
    const low = MercatorCoordinate.fromLngLat([west, south])
    const high = MercatorCoordinate.fromLngLat([east, north])
    const { clientWidth: width, clientHeight: height } = this.#options.container
    const aspect = (high.x - low.x) / (low.y - high.y)
    const padding = paddingFor({ width, height }, this.#options.covered(), aspect)
    this.#map.fitBounds([west, south, east, north], { padding, duration: durationMs, maxZoom: 16.5 })
    if (durationMs > 0) this.#moved = false
  }

  zoom(by: 1 | -1): void {
    this.#moved = true
    this.#map.zoomTo(this.#map.getZoom() + by, { duration: SLIDE_MS })
  }

  #furnish(): void {
    const scene = this.#scene
    if (scene === null) return
    for (const step of [null, 0, 1, 2, 3, 4, 5]) {
      const mark = scene.bands.find(band => band.step === step)?.mark ?? ''
      this.#map.addImage(iconName(step), drawIcon(step, mark, scene.theme), { pixelRatio: ICON_PIXEL_RATIO })
    }
    this.#loaded = true
    for (const [id, step] of this.#steps) this.#setState(id, { step })
    for (const id of this.#dimmed) this.#setState(id, { dim: true })
    if (this.#chosen !== null) this.#setState(this.#chosen, { chosen: true })
  }

  #setState(id: string, state: Record<string, number | boolean>): void {
    if (!this.#loaded) return
    this.#map.setFeatureState({ source: SITES, id }, state)
    if (this.#map.getSource(APPROACHES) !== undefined)
      this.#map.setFeatureState({ source: APPROACHES, id }, state)
  }

  /** Slides only when the site is out of sight: what somebody clicked stays where it is. */
  #bringIntoView(id: string): void {
    const place = this.#scene?.places.find(place => place.id === id)
    if (place === undefined) return
    const at = this.#map.project([place.longitude, place.latitude])
    const { clientWidth, clientHeight } = this.#options.container
    const inside = at.x > 24 && at.y > 24 && at.x < clientWidth - 24 && at.y < clientHeight - 24
    if (!inside) this.#map.easeTo({ center: [place.longitude, place.latitude], duration: SLIDE_MS })
  }

  #hover(event: MapMouseEvent): void {
    const id = this.#under(event)
    this.#map.getCanvas().style.cursor = id === null ? '' : 'pointer'
    const { x, y } = event.point
    const { clientWidth, clientHeight } = this.#options.container
    const half = { right: x > clientWidth / 2, low: y > clientHeight / 2 }
    this.#options.onHover(id === null ? null : { id, x, y, ...half })
  }

  /** The nearest site under the pointer. */
  #under({ point }: MapMouseEvent): string | null {
    if (!this.#loaded || this.#map.getLayer(HIT_LAYER) === undefined) return null
    const hits = this.#map.queryRenderedFeatures(point, { layers: [HIT_LAYER] })
    let best: { id: string; distance: number } | null = null
    for (const { id, geometry } of hits) {
      if (typeof id !== 'string' || geometry.type !== 'Point') continue
      const at = this.#map.project(geometry.coordinates as [number, number])
      const distance = Math.hypot(at.x - point.x, at.y - point.y)
      if (best === null || distance < best.distance) best = { id, distance }
    }
    return best?.id ?? null
  }
}
