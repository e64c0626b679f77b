import type {
  LayerSpecification,
  Map as MapLibre,
  SourceSpecification,
  StyleSpecification,
} from 'maplibre-gl'
import type { Bounds } from '../extent.ts'
import type { Padding } from '../map-padding.ts'
import type { Theme } from '../ramp.ts'
import { groundColour } from '../style.ts'
import { viewText, type View } from '../view.ts'

const SLIDE_MS = 350
/** A place nearer to the edge than this counts as out of sight. */
const EDGE_PX = 24

export interface MapFrameOptions {
  /** Somebody moved or zoomed the map; null: it shows everything again. */
  readonly onMove: (view: string | null) => void
  /** What the view is fitted to keeps so much free. */
  readonly padding: (bounds: Bounds) => Padding
  /** Beyond it nothing is fitted. */
  readonly maxZoom: number
}

/** What is drawn: upon tiles where their style is given, else upon a plain ground. */
export interface Drawing {
  readonly theme: Theme
  readonly tileStyle: string | null
  readonly sources: Record<string, SourceSpecification>
  readonly layers: readonly LayerSpecification[]
}

/**
 * Where a map looks. It is fitted to its bounds until somebody moves it; then it stays where it is, and the address
 * says where.
 */
export class MapFrame {
  readonly #map: MapLibre
  readonly #options: MapFrameOptions
  #bounds: Bounds | null = null
  #moved = false
  /** The view last told, as text; an address that says the same is no news. */
  #told: string | null = null

  constructor(map: MapLibre, options: MapFrameOptions) {
    this.#map = map
    this.#options = options
    map.on('movestart', event => {
      if ('originalEvent' in event && event.originalEvent !== undefined) this.#moved = true
    })
    map.on('moveend', () => {
      if (this.#moved) this.#tell(this.#view())
    })
    map.on('resize', () => this.refit())
  }

  draw({ theme, tileStyle, sources, layers }: Drawing): void {
    if (tileStyle === null) {
      this.#map.setStyle({ version: 8, sources, layers: [groundColour(theme), ...layers] }, { diff: false })
      return
    }
    this.#map.setStyle(tileStyle, {
      diff: false,
      transformStyle: (_, next): StyleSpecification => ({
        ...next,
        sources: { ...next.sources, ...sources },
        layers: [...next.layers, ...layers],
      }),
    })
  }

  /** What the view is fitted to when nobody has moved the map. */
  bound(bounds: Bounds | null): void {
    this.#bounds = bounds
    this.refit()
  }

  /** Shows a place at a zoom, as an address said; null fits everything. */
  look(view: View | null): void {
    const text = view === null ? null : viewText(view)
    if (this.#told === text) return
    this.#told = text
    this.#moved = view !== null
    if (view === null) this.#fit(0)
    else this.#map.jumpTo({ center: [view.longitude, view.latitude], zoom: view.zoom })
  }

  /** Shows everything, because somebody asked for it. */
  fit(): void {
    if (this.#moved) this.#tell(null)
    this.#moved = false
    this.#fit(SLIDE_MS)
  }

  /** The room is another one: everything is fitted again, unless somebody has moved the map. */
  refit(): void {
    if (!this.#moved) this.#fit(0)
  }

  zoom(by: 1 | -1): void {
    this.#moved = true
    this.#map.zoomTo(this.#map.getZoom() + by, { duration: SLIDE_MS })
  }

  /** Somebody chose to look closer. */
  slideTo(center: readonly [number, number], zoom: number): void {
    this.#moved = true
    this.#map.easeTo({ center: [center[0], center[1]], zoom, duration: SLIDE_MS })
  }

  /** Slides only when the place is out of sight: what somebody clicked stays where it is. */
  bringIntoView([longitude, latitude]: readonly [number, number]): void {
    const at = this.#map.project([longitude, latitude])
    const { clientWidth, clientHeight } = this.#map.getContainer()
    const isInside =
      at.x > EDGE_PX && at.y > EDGE_PX && at.x < clientWidth - EDGE_PX && at.y < clientHeight - EDGE_PX
    if (!isInside) this.#map.easeTo({ center: [longitude, latitude], duration: SLIDE_MS })
  }

  #fit(durationMs: number): void {
    if (this.#bounds === null) return
    const [west, south, east, north] = this.#bounds
    const { padding, maxZoom } = this.#options
    this.#map.fitBounds([west, south, east, north], {
      padding: padding(this.#bounds),
      duration: durationMs,
      maxZoom,
    })
  }

  #tell(view: View | null): void {
    this.#told = view === null ? null : viewText(view)
    this.#options.onMove(this.#told)
  }

  #view(): View {
    const { lat, lng } = this.#map.getCenter()
    return { latitude: lat, longitude: lng, zoom: this.#map.getZoom() }
  }
}
