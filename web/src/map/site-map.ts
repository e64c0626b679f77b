import { MercatorCoordinate, type Map as MapLibre, type MapMouseEvent } from 'maplibre-gl'
import type { Band } from './bands.ts'
import { viewBounds, type Bounds } from './extent.ts'
import { apartOf, type Offset } from './apart.ts'
import { makeMap } from './frame/make-map.ts'
import { MapFrame } from './frame/map-frame.ts'
import { drawIcon, drawRing, ICON_PIXEL_RATIO } from './marks/icons.ts'
import { keyOf, type Overlay, type OverlayKind } from './overlay/overlay.ts'
import { OverlayLayer, type Marks } from './overlay/overlay-layer.ts'
import type { Theme } from './ramp.ts'
import { paddingFor, type Covered, type Padding } from './map-padding.ts'
import type { Place } from './streets.ts'
import {
  approachOpacity,
  APPROACHES,
  cityLayers,
  iconName,
  markSize,
  RING,
  siteLayer,
  SITES,
  type Scene,
} from './style.ts'
import type { View } from './view.ts'

/** Something on the map: a site, or what a layer puts beside the sites. */
export type MapThing =
  | { readonly kind: 'site'; readonly id: string }
  | {
      readonly kind: OverlayKind
      readonly id: string
      readonly title: string
      readonly lines: readonly string[]
    }

export interface Hover {
  readonly thing: MapThing
  readonly x: number
  readonly y: number
  /** In the right half, in the lower half. */
  readonly right: boolean
  readonly low: boolean
}

export interface SiteMapOptions {
  readonly container: HTMLElement
  readonly onPick: (thing: MapThing | null) => void
  readonly onHover: (hover: Hover | null) => void
  /** Somebody moved or zoomed the map; null: it shows the whole city again. */
  readonly onMove: (view: string | null) => void
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

/** Steps a site can be at; null is unknown. */
const STEPS = [null, 0, 1, 2, 3, 4, 5]
const MAX_FITTED_ZOOM = 16.5
/** A click this far from a mark's middle still means it, px at an icon's own size: its radius and a finger's breadth. */
const REACH_PX = 18

/**
 * The map itself, outside of React. Sites live in one source; what changes from second to second (step of the ramp,
 * choice, dimming) is feature state, which repaints without touching geometry.
 */
export class SiteMap {
  readonly #map: MapLibre
  readonly #frame: MapFrame
  readonly #options: SiteMapOptions
  readonly #steps = new Map<string, number>()
  #dimmed = new Set<string>()
  #scene: SceneOptions | null = null
  #chosen: string | null = null
  #shown: ReadonlySet<number | null> | null = null
  #offsets: ReadonlyMap<string, Offset> = new Map()
  #loaded = false
  readonly #overlay: OverlayLayer
  #beside: string | null = null
  #broughtIn: string | null = null

  constructor(options: SiteMapOptions) {
    this.#options = options
    const map = makeMap(options.container)
    this.#map = map
    this.#frame = new MapFrame(map, {
      onMove: options.onMove,
      padding: bounds => this.#paddingOf(bounds),
      maxZoom: MAX_FITTED_ZOOM,
    })
    this.#overlay = new OverlayLayer(map, () => this.#marks())
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
    this.#overlay.unload()
    const { places, theme, tileStyle } = scene
    const ours: Scene = { places, theme, ownStreets: tileStyle === null }
    this.#frame.draw({ theme, tileStyle, ...cityLayers(ours) })
    if (before?.places === places) return
    this.#offsets = apartOf(places)
    this.#frame.bound(viewBounds(places, tileStyle === null))
  }

  /** Shows a place at a zoom, as an address said; null fits the whole city. */
  look(view: View | null): void {
    this.#frame.look(view)
  }

  /** Only sites at these steps are drawn and can be clicked; null shows all. */
  show(steps: ReadonlySet<number | null> | null): void {
    this.#shown = steps
    if (!this.#loaded) return
    for (const step of STEPS) {
      const visible = steps === null || steps.has(step)
      this.#map.setLayoutProperty(siteLayer(step), 'visibility', visible ? 'visible' : 'none')
    }
    if (this.#map.getLayer(APPROACHES) !== undefined)
      this.#map.setPaintProperty(APPROACHES, 'line-opacity', approachOpacity(steps))
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
    const place = this.#scene?.places.find(each => each.id === id)
    if (place !== undefined) this.#frame.bringIntoView([place.longitude, place.latitude])
  }

  /** What lies beside the sites. */
  lay(overlay: Overlay): void {
    this.#overlay.show(overlay)
  }

  /** Marks what was chosen beside the sites, and brings it in sight once it is there. */
  chooseBeside(choice: { readonly kind: OverlayKind; readonly id: string } | null): void {
    const key = choice === null ? null : keyOf(choice.kind, choice.id)
    if (this.#beside !== key) this.#overlay.choose(key)
    // It may come later than its choice, with the next answer; once in sight, the map is the reader's.
    const at = key === null || this.#broughtIn === key ? null : this.#overlay.placeOf(key)
    this.#beside = key
    if (key === null) this.#broughtIn = null
    if (at === null) return
    this.#broughtIn = key
    this.#frame.bringIntoView(at)
  }

  /** What is below the map has another size: the city is fitted again, unless somebody has moved it. */
  refit(): void {
    this.#frame.refit()
  }

  /** Makes these quieter than the rest. */
  dim(ids: ReadonlySet<string>): void {
    for (const id of this.#dimmed) if (!ids.has(id)) this.#setState(id, { dim: false })
    for (const id of ids) if (!this.#dimmed.has(id)) this.#setState(id, { dim: true })
    this.#dimmed = new Set(ids)
  }

  fit(): void {
    this.#frame.fit()
  }

  zoom(by: 1 | -1): void {
    this.#frame.zoom(by)
  }

  #paddingOf([west, south, east, north]: Bounds): Padding {
    const low = MercatorCoordinate.fromLngLat([west, south])
    const high = MercatorCoordinate.fromLngLat([east, north])
    const { clientWidth: width, clientHeight: height } = this.#options.container
    const aspect = (high.x - low.x) / (low.y - high.y)
    return paddingFor({ width, height }, this.#options.covered(), aspect)
  }

  #furnish(): void {
    const scene = this.#scene
    if (scene === null) return
    this.#map.addImage(RING, drawRing(scene.theme), { pixelRatio: ICON_PIXEL_RATIO })
    for (const step of STEPS) {
      const mark = scene.bands.find(band => band.step === step)?.mark ?? ''
      this.#map.addImage(iconName(step), drawIcon(step, mark, scene.theme), { pixelRatio: ICON_PIXEL_RATIO })
    }
    this.#loaded = true
    this.#overlay.furnish(scene.theme)
    for (const [id, step] of this.#steps) this.#setState(id, { step })
    for (const id of this.#dimmed) this.#setState(id, { dim: true })
    if (this.#chosen !== null) this.#setState(this.#chosen, { chosen: true })
    this.show(this.#shown)
  }

  #setState(id: string, state: Record<string, number | boolean>): void {
    if (!this.#loaded) return
    this.#map.setFeatureState({ source: SITES, id }, state)
    if (this.#map.getSource(APPROACHES) !== undefined)
      this.#map.setFeatureState({ source: APPROACHES, id }, state)
  }

  #hover(event: MapMouseEvent): void {
    const thing = this.#under(event)
    this.#map.getCanvas().style.cursor = thing === null ? '' : 'pointer'
    const { x, y } = event.point
    const { clientWidth, clientHeight } = this.#options.container
    const half = { right: x > clientWidth / 2, low: y > clientHeight / 2 }
    this.#options.onHover(thing === null ? null : { thing, x, y, ...half })
  }

  /** Signs lie above the sites; lines below them. */
  #under({ point }: MapMouseEvent): MapThing | null {
    const beside = this.#overlay.under(point)
    if (beside !== null && 'at' in beside) return beside
    const id = this.#siteUnder(point)
    return id === null ? beside : { kind: 'site', id }
  }

  /** Where the marks of all sites are drawn. */
  #marks(): Marks {
    const size = markSize(this.#map.getZoom())
    const middles = (this.#scene?.places ?? []).map(({ id, longitude, latitude }) => {
      const { x, y } = this.#map.project([longitude, latitude])
      const [right, down] = this.#offsets.get(id) ?? [0, 0]
      return { x: x + right * size, y: y + down * size }
    })
    return { middles, size }
  }

  /** The nearest shown site under the pointer, where its mark is drawn. */
  #siteUnder(point: { readonly x: number; readonly y: number }): string | null {
    if (!this.#loaded || this.#scene === null) return null
    const size = markSize(this.#map.getZoom())
    let best: { id: string; distance: number } | null = null
    for (const { id, longitude, latitude } of this.#scene.places) {
      const step = this.#steps.get(id) ?? -1
      if (this.#shown !== null && !this.#shown.has(step === -1 ? null : step)) continue
      const at = this.#map.project([longitude, latitude])
      const [right, down] = this.#offsets.get(id) ?? [0, 0]
      const distance = Math.hypot(at.x + right * size - point.x, at.y + down * size - point.y)
      if (distance <= REACH_PX * size && (best === null || distance < best.distance)) best = { id, distance }
    }
    return best?.id ?? null
  }
}
