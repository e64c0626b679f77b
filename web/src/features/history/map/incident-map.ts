import {
  AttributionControl,
  Map as MapLibre,
  setWorkerUrl,
  type GeoJSONSource,
  type MapMouseEvent,
  type SourceSpecification,
  type StyleSpecification,
} from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import { boundsOf, type Bounds } from '../../../map/extent.ts'
import type { Theme } from '../../../map/ramp.ts'
import type { Place } from '../../../map/streets.ts'
import { groundColour, groundLayers } from '../../../map/style.ts'
import { viewText, type View } from '../../../map/view.ts'
import { featuresOf, type Marks, type PlacedIncident } from '../model/places.ts'
import { FAMILIES } from '../model/words.ts'
import {
  CHOSEN,
  CLUSTERED,
  CLUSTER_LAYER,
  FAMILY_COLOUR,
  incidentLayers,
  isShown,
  LAYERS,
  PLACED,
  signName,
  SINGLE_LAYERS,
} from './incident-style.ts'
import { drawSign } from './sign-shapes.ts'

setWorkerUrl(workerUrl)

export interface IncidentMapOptions {
  readonly container: HTMLElement
  readonly onPick: (id: string) => void
  readonly onHover: (hover: Hover | null) => void
  /** Somebody moved the map; null: it shows all again. */
  readonly onMove: (view: string | null) => void
}

export interface Hover {
  readonly id: string
  readonly x: number
  readonly y: number
}

interface Ground {
  readonly places: readonly Place[]
  readonly theme: Theme
  readonly tileStyle: string | null
}

const SLIDE_MS = 350
const PADDING_PX = 28
/** Beyond it a cluster is parted into its signs. */
const CLUSTERS_TO_ZOOM = 14
const CLUSTER_RADIUS_PX = 46
/** A click this far from a sign still means it, px. */
const REACH_PX = 8
const EMPTY = featuresOf([])

/** The map of the record, outside of React: clusters, heat or signs of the incidents that it is given. */
export class IncidentMap {
  readonly #map: MapLibre
  readonly #options: IncidentMapOptions
  #incidents: readonly PlacedIncident[] = []
  #marks: Marks = 'clusters'
  #chosen: readonly [number, number] | null = null
  #ground: Ground | null = null
  #bounds: Bounds | null = null
  #loaded = false
  #moved = false
  #told: string | null = null

  constructor(options: IncidentMapOptions) {
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
      // The page scrolls under the wheel; the map zooms with Ctrl, and by its buttons.
      cooperativeGestures: true,
    })
    this.#map = map
    map.touchZoomRotate.disableRotation()
    map.keyboard.disableRotation()
    map.on('movestart', event => {
      if ('originalEvent' in event && event.originalEvent !== undefined) this.#moved = true
    })
    map.on('moveend', () => {
      if (this.#moved) this.#tell()
    })
    map.on('resize', () => {
      if (!this.#moved) this.fit(0)
    })
    map.on('click', event => void this.#click(event))
    map.on('mousemove', event => this.#hover(event))
    map.on('mouseout', () => options.onHover(null))
    map.on('style.load', () => this.#furnish())
    map.on('idle', () => performance.mark('arterial:incident-map-idle'))
  }

  destroy(): void {
    this.#map.remove()
  }

  /** What lies below: as on the live page. */
  setGround(ground: Ground): void {
    this.#ground = ground
    this.#loaded = false
    const own = groundLayers(ground.places, ground.theme)
    const sources = { ...(ground.tileStyle === null ? own.sources : {}), ...this.#sources() }
    const layers = [...(ground.tileStyle === null ? own.layers : []), ...incidentLayers(ground.theme)]
    if (ground.tileStyle === null) {
      this.#map.setStyle(
        { version: 8, sources, layers: [groundColour(ground.theme), ...layers] },
        { diff: false },
      )
      return
    }
    this.#map.setStyle(ground.tileStyle, {
      diff: false,
      transformStyle: (_, next): StyleSpecification => ({
        ...next,
        sources: { ...next.sources, ...sources },
        layers: [...next.layers, ...layers],
      }),
    })
    this.#map.addControl(new AttributionControl({ compact: true }))
  }

  /** What the view is fitted to when nobody has moved the map. */
  frame(incidents: readonly PlacedIncident[]): void {
    this.#bounds = boundsOf(incidents) ?? this.#bounds
    if (!this.#moved) this.fit(0)
  }

  show(incidents: readonly PlacedIncident[]): void {
    this.#incidents = incidents
    if (this.#loaded) this.#fill()
  }

  as(marks: Marks): void {
    this.#marks = marks
    if (this.#loaded) this.#fill()
  }

  choose(place: readonly [number, number] | null): void {
    this.#chosen = place
    if (this.#loaded) this.#ring()
    if (place === null) return
    const at = this.#map.project([place[0], place[1]])
    const { clientWidth, clientHeight } = this.#options.container
    const inside = at.x > 24 && at.y > 24 && at.x < clientWidth - 24 && at.y < clientHeight - 24
    if (!inside) this.#map.easeTo({ center: [place[0], place[1]], duration: SLIDE_MS })
  }

  /** Shows a place at a zoom, as an address said; null fits all. */
  look(view: View | null): void {
    const text = view === null ? null : viewText(view)
    if (this.#told === text) return
    this.#told = text
    this.#moved = view !== null
    if (view === null) this.fit(0)
    else this.#map.jumpTo({ center: [view.longitude, view.latitude], zoom: view.zoom })
  }

  fit(durationMs = SLIDE_MS): void {
    if (durationMs > 0 && this.#moved) {
      this.#told = null
      this.#options.onMove(null)
    }
    if (durationMs > 0) this.#moved = false
    if (this.#bounds === null) return
    const [west, south, east, north] = this.#bounds
    this.#map.fitBounds([west, south, east, north], {
      padding: PADDING_PX,
      duration: durationMs,
      maxZoom: 15,
    })
  }

  zoom(by: 1 | -1): void {
    this.#moved = true
    this.#map.zoomTo(this.#map.getZoom() + by, { duration: SLIDE_MS })
  }

  #sources(): Record<string, SourceSpecification> {
    return {
      [CLUSTERED]: {
        type: 'geojson',
        data: EMPTY,
        cluster: true,
        clusterRadius: CLUSTER_RADIUS_PX,
        clusterMaxZoom: CLUSTERS_TO_ZOOM,
      },
      [PLACED]: { type: 'geojson', data: EMPTY },
      [CHOSEN]: { type: 'geojson', data: EMPTY },
    }
  }

  #furnish(): void {
    if (this.#ground === null) return
    const { theme } = this.#ground
    for (const { family } of FAMILIES) {
      const edge = theme === 'dark' ? '#0b0e13' : '#ffffff'
      const { image, pixelRatio } = drawSign(family, FAMILY_COLOUR[theme][family], edge)
      if (!this.#map.hasImage(signName(family))) this.#map.addImage(signName(family), image, { pixelRatio })
    }
    this.#loaded = true
    this.#fill()
    this.#ring()
  }

  /** Only the source that is seen holds places. */
  #fill(): void {
    for (const layer of LAYERS)
      this.#map.setLayoutProperty(layer, 'visibility', isShown(layer, this.#marks) ? 'visible' : 'none')
    const data = featuresOf(this.#incidents)
    this.#set(CLUSTERED, this.#marks === 'clusters' ? data : EMPTY)
    this.#set(PLACED, this.#marks === 'clusters' ? EMPTY : data)
  }

  #ring(): void {
    const features: GeoJSON.Feature[] =
      this.#chosen === null
        ? []
        : [
            {
              type: 'Feature',
              properties: {},
              geometry: { type: 'Point', coordinates: [this.#chosen[0], this.#chosen[1]] },
            },
          ]
    this.#set(CHOSEN, { type: 'FeatureCollection', features })
  }

  #set(source: string, data: GeoJSON.FeatureCollection): void {
    const held = this.#map.getSource<GeoJSONSource>(source)
    if (held !== undefined) void held.setData(data)
  }

  #tell(): void {
    const { lat, lng } = this.#map.getCenter()
    this.#told = viewText({ latitude: lat, longitude: lng, zoom: this.#map.getZoom() })
    this.#options.onMove(this.#told)
  }

  /** A cluster is opened, a sign is picked. */
  async #click(event: MapMouseEvent): Promise<void> {
    const id = this.#under(event)
    if (id !== null) {
      this.#options.onPick(id)
      return
    }
    const cluster = this.#clusterUnder(event)
    const held = this.#map.getSource<GeoJSONSource>(CLUSTERED)
    if (cluster === null || held === undefined) return
    const zoom = await held.getClusterExpansionZoom(cluster.id)
    this.#moved = true
    this.#map.easeTo({ center: cluster.at, zoom, duration: SLIDE_MS })
  }

  #hover(event: MapMouseEvent): void {
    const id = this.#under(event)
    const points = id !== null || this.#clusterUnder(event) !== null
    this.#map.getCanvas().style.cursor = points ? 'pointer' : ''
    this.#options.onHover(id === null ? null : { id, x: event.point.x, y: event.point.y })
  }

  #under({ point: { x, y } }: MapMouseEvent): string | null {
    if (!this.#loaded) return null
    const [feature] = this.#map.queryRenderedFeatures(
      [
        [x - REACH_PX, y - REACH_PX],
        [x + REACH_PX, y + REACH_PX],
      ],
      { layers: [...SINGLE_LAYERS] },
    )
    const id: unknown = feature?.properties['id']
    return typeof id === 'string' ? id : null
  }

  #clusterUnder({ point }: MapMouseEvent): { id: number; at: [number, number] } | null {
    if (!this.#loaded) return null
    const [feature] = this.#map.queryRenderedFeatures(point, { layers: [CLUSTER_LAYER] })
    const id: unknown = feature?.properties['cluster_id']
    if (typeof id !== 'number' || feature?.geometry.type !== 'Point') return null
    const [longitude = 0, latitude = 0] = feature.geometry.coordinates
    return { id, at: [longitude, latitude] }
  }
}
