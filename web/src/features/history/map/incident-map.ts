import type { GeoJSONSource, Map as MapLibre, MapMouseEvent, SourceSpecification } from 'maplibre-gl'
import { boundsOf } from '../../../map/extent.ts'
import { makeMap } from '../../../map/frame/make-map.ts'
import { MapFrame } from '../../../map/frame/map-frame.ts'
import type { Theme } from '../../../map/ramp.ts'
import type { Place } from '../../../map/streets.ts'
import { groundLayers } from '../../../map/style.ts'
import type { View } from '../../../map/view.ts'
import type { Spots } from '../hotspots/spots.ts'
import type { riskAreas } from '../model/risk.ts'
import { featuresOf, type Marks, type PlacedIncident } from '../model/places.ts'
import { FAMILIES } from '../model/words.ts'
import { HEXES, HEX_LAYERS, RISKS, RISK_LAYER } from './area-style.ts'
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

export interface IncidentMapOptions {
  readonly container: HTMLElement
  readonly onPick: (id: string) => void
  /** A hotspot or a community. */
  readonly onPickArea: (area: string) => void
  /** Neither: a place of the city. */
  readonly onPickPlace: (latitude: number, longitude: number) => void
  readonly onHover: (hover: Hover | null) => void
  /** Somebody moved the map; null: it shows all again. */
  readonly onMove: (view: string | null) => void
}

/** An incident, a hotspot or a community under the pointer. */
export interface Hover {
  readonly id: string
  readonly kind: 'incident' | 'area'
  readonly x: number
  readonly y: number
}

interface Ground {
  readonly places: readonly Place[]
  readonly theme: Theme
  readonly tileStyle: string | null
}

const PADDING_PX = 28
const PADDING = { top: PADDING_PX, right: PADDING_PX, bottom: PADDING_PX, left: PADDING_PX }
const MAX_FITTED_ZOOM = 15
/** Beyond it a cluster is parted into its signs. */
const CLUSTERS_TO_ZOOM = 14
const CLUSTER_RADIUS_PX = 46
/** A click this far from a sign still means it, px. */
const REACH_PX = 8
const EMPTY = featuresOf([])

/** The map of the record, outside of React: clusters, heat or signs of the incidents that it is given. */
export class IncidentMap {
  readonly #map: MapLibre
  readonly #frame: MapFrame
  readonly #options: IncidentMapOptions
  #incidents: readonly PlacedIncident[] = []
  #marks: Marks = 'clusters'
  #spots: Spots | null = null
  #risks: ReturnType<typeof riskAreas> | null = null
  #chosen: readonly [number, number] | null = null
  #ground: Ground | null = null
  #loaded = false

  constructor(options: IncidentMapOptions) {
    this.#options = options
    const map = makeMap(options.container, { isInScrollingPage: true })
    this.#map = map
    this.#frame = new MapFrame(map, {
      onMove: options.onMove,
      padding: () => PADDING,
      maxZoom: MAX_FITTED_ZOOM,
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
    const { places, theme, tileStyle } = ground
    const own = tileStyle === null ? groundLayers(places, theme) : { sources: {}, layers: [] }
    this.#frame.draw({
      ...{ theme, tileStyle },
      sources: { ...own.sources, ...this.#sources() },
      layers: [...own.layers, ...incidentLayers(theme)],
    })
  }

  /** What the view is fitted to when nobody has moved the map. */
  frame(incidents: readonly PlacedIncident[]): void {
    const bounds = boundsOf(incidents)
    if (bounds !== null) this.#frame.bound(bounds)
  }

  show(incidents: readonly PlacedIncident[]): void {
    this.#incidents = incidents
    if (this.#loaded) this.#fill()
  }

  as(marks: Marks): void {
    this.#marks = marks
    if (this.#loaded) this.#fill()
  }

  /** Hotspots; null while they are not known. */
  spots(found: Spots | null): void {
    this.#spots = found
    if (this.#loaded) this.#fill()
  }

  /** Communities by their risk; null while it is not known. */
  risks(found: ReturnType<typeof riskAreas> | null): void {
    this.#risks = found
    if (this.#loaded) this.#fill()
  }

  choose(place: readonly [number, number] | null): void {
    this.#chosen = place
    if (this.#loaded) this.#ring()
    if (place !== null) this.#frame.bringIntoView(place)
  }

  /** Shows a place at a zoom, as an address said; null fits all. */
  look(view: View | null): void {
    this.#frame.look(view)
  }

  fit(): void {
    this.#frame.fit()
  }

  zoom(by: 1 | -1): void {
    this.#frame.zoom(by)
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
      [HEXES]: { type: 'geojson', data: EMPTY },
      [RISKS]: { type: 'geojson', data: EMPTY },
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
    this.#set(PLACED, this.#marks === 'heat' || this.#marks === 'points' ? data : EMPTY)
    this.#set(HEXES, (this.#marks === 'hexes' ? this.#spots?.marks : null) ?? EMPTY)
    this.#set(RISKS, (this.#marks === 'risk' ? this.#risks : null) ?? EMPTY)
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

  /** A cluster is opened, a sign is picked. */
  async #click(event: MapMouseEvent): Promise<void> {
    const id = this.#under(event)
    if (id !== null) {
      this.#options.onPick(id)
      return
    }
    const area = this.#areaUnder(event)
    if (area !== null) {
      this.#options.onPickArea(area)
      return
    }
    const cluster = this.#clusterUnder(event)
    const held = this.#map.getSource<GeoJSONSource>(CLUSTERED)
    if (cluster === null) this.#options.onPickPlace(event.lngLat.lat, event.lngLat.lng)
    if (cluster === null || held === undefined) return
    const zoom = await held.getClusterExpansionZoom(cluster.id)
    this.#frame.slideTo(cluster.at, zoom)
  }

  #hover(event: MapMouseEvent): void {
    const { x, y } = event.point
    const id = this.#under(event)
    const area = id === null ? this.#areaUnder(event) : null
    const points = id !== null || area !== null || this.#clusterUnder(event) !== null
    this.#map.getCanvas().style.cursor = points ? 'pointer' : ''
    const found = id ?? area
    this.#options.onHover(
      found === null ? null : { id: found, kind: id === null ? 'area' : 'incident', x, y },
    )
  }

  #areaUnder({ point }: MapMouseEvent): string | null {
    if (!this.#loaded || (this.#marks !== 'hexes' && this.#marks !== 'risk')) return null
    const layers = this.#marks === 'hexes' ? [...HEX_LAYERS] : [RISK_LAYER]
    const [feature] = this.#map.queryRenderedFeatures(point, { layers })
    const area: unknown = feature?.properties[this.#marks === 'hexes' ? 'spot' : 'community']
    return typeof area === 'string' ? area : null
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
