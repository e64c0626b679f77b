import type {
  ExpressionSpecification,
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from 'maplibre-gl'
import { boundsOf, graticule } from './extent.ts'
import { RAMP, UNKNOWN_COLOUR, type Theme } from './ramp.ts'
import { streetsOf, type Place } from './streets.ts'

/** Layer that answers what is under the pointer. */
export const HIT_LAYER = 'sites-hit'
export const SITES = 'sites'
export const APPROACHES = 'approaches'

interface Colours {
  readonly ground: string
  readonly street: string
  readonly kerb: string
  readonly label: string
  readonly ring: string
}

const COLOURS: Record<Theme, Colours> = {
  dark: { ground: '#0b0e13', street: '#1a212b', kerb: '#131922', label: '#8793a3', ring: '#e9f2ff' },
  light: { ground: '#eceff3', street: '#ffffff', kerb: '#d9dfe6', label: '#5b6675', ring: '#0a3d7a' },
}

export interface Scene {
  readonly places: readonly Place[]
  readonly theme: Theme
  /** A style of other makers' tiles goes below; our streets are left out then. */
  readonly ownStreets: boolean
}

/** Sources and layers of the city, in drawing order. Colours of sites come by feature state, so that a change repaints and nothing reloads. */
export function cityLayers({ places, theme, ownStreets }: Scene): {
  sources: Record<string, SourceSpecification>
  layers: LayerSpecification[]
} {
  const streets = ownStreets ? streetsOf(places) : null
  const bounds = boundsOf(places)
  const sources: Record<string, SourceSpecification> = { [SITES]: geojson(sitesOf(places)) }
  const layers: LayerSpecification[] = []
  if (streets !== null) {
    sources['streets'] = { type: 'geojson', data: streets.lines }
    sources['street-names'] = { type: 'geojson', data: streets.labels }
    sources[APPROACHES] = geojson(streets.approaches)
    layers.push(...streetLayers(COLOURS[theme]), approachLayer(theme))
  } else if (ownStreets && bounds !== null) {
    sources['graticule'] = { type: 'geojson', data: graticule(bounds) }
    layers.push({
      id: 'graticule',
      type: 'line',
      source: 'graticule',
      paint: { 'line-color': COLOURS[theme].street, 'line-width': 1 },
    })
  }
  layers.push(...siteLayers(COLOURS[theme]))
  return { sources, layers }
}

/** The whole style when there are no tiles: a ground, and the city upon it. */
export function ownStyle(scene: Scene): StyleSpecification {
  const { sources, layers } = cityLayers(scene)
  const ground: LayerSpecification = {
    id: 'ground',
    type: 'background',
    paint: { 'background-color': COLOURS[scene.theme].ground },
  }
  return { version: 8, sources, layers: [ground, ...layers] }
}

function geojson(data: GeoJSON.FeatureCollection): SourceSpecification {
  return { type: 'geojson', data, promoteId: 'id' }
}

function sitesOf(places: readonly Place[]): GeoJSON.FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: places.map(({ id, longitude, latitude }) => ({
      type: 'Feature',
      properties: { id },
      geometry: { type: 'Point', coordinates: [longitude, latitude] },
    })),
  }
}

const byZoom = (...stops: readonly number[]): ExpressionSpecification => [
  'interpolate',
  ['exponential', 1.6],
  ['zoom'],
  ...stops,
]
const step: ExpressionSpecification = ['coalesce', ['feature-state', 'step'], -1]
const dim: ExpressionSpecification = ['boolean', ['feature-state', 'dim'], false]

function streetLayers({ street, kerb, label }: Colours): LayerSpecification[] {
  const width = (extra: number): ExpressionSpecification => [
    'interpolate',
    ['exponential', 1.6],
    ['zoom'],
    11,
    ['+', extra, ['case', ['get', 'wide'], 3, 1.6]],
    14,
    ['+', extra, ['case', ['get', 'wide'], 13, 8]],
    17,
    ['+', extra * 2, ['case', ['get', 'wide'], 40, 26]],
  ]
  return [
    {
      id: 'street-kerbs',
      type: 'line',
      source: 'streets',
      layout: { 'line-cap': 'round' },
      paint: { 'line-color': kerb, 'line-width': width(2) },
    },
    {
      id: 'streets',
      type: 'line',
      source: 'streets',
      layout: { 'line-cap': 'round' },
      paint: { 'line-color': street, 'line-width': width(0) },
    },
    {
      id: 'street-names',
      type: 'symbol',
      source: 'street-names',
      minzoom: 11.5,
      layout: {
        'text-field': ['get', 'label'],
        'text-font': ['Inter Variable'],
        'text-size': byZoom(12, 9, 14, 12, 17, 16),
        // A name that would touch its neighbour stands a line higher.
        'text-variable-anchor-offset': [
          'match',
          ['get', 'anchor'],
          'bottom',
          ['literal', ['bottom', [0, 0], 'bottom', [0, -1.5]]],
          ['literal', ['right', [0, 0]]],
        ],
        'text-padding': 1,
      },
      paint: { 'text-color': label },
    },
  ]
}

/** Delay of an intersection spills into its arms: the same colour, quieter. */
function approachLayer(theme: Theme): LayerSpecification {
  const colours = RAMP[theme].flatMap((colour, i) => [i, colour] as const)
  return {
    id: APPROACHES,
    type: 'line',
    source: APPROACHES,
    layout: { 'line-cap': 'round' },
    paint: {
      'line-color': ['match', step, ...colours, UNKNOWN_COLOUR[theme]] as unknown as ExpressionSpecification,
      'line-width': byZoom(11, 1.2, 14, 4, 17, 14),
      'line-opacity': ['case', ['<', step, 0], 0, dim, 0.08, ['+', 0.28, ['*', 0.11, step]]],
    },
  }
}

function siteLayers({ ring }: Colours): LayerSpecification[] {
  const marks = [-1, 0, 1, 2, 3, 4, 5].map((of): LayerSpecification => ({
    id: `sites-${of}`,
    type: 'symbol',
    source: SITES,
    layout: {
      'icon-image': iconName(of === -1 ? null : of),
      'icon-size': byZoom(8, 0.45, 10, 0.62, 13, 0.92, 16, 1.5),
      'icon-allow-overlap': true,
      'icon-ignore-placement': true,
    },
    paint: { 'icon-opacity': ['case', ['==', step, of], ['case', dim, 0.22, 1], 0] },
  }))
  const chosen: ExpressionSpecification = ['boolean', ['feature-state', 'chosen'], false]
  return [
    {
      id: 'sites-chosen',
      type: 'circle',
      source: SITES,
      paint: {
        'circle-radius': byZoom(8, 9, 13, 20, 16, 32),
        'circle-color': ring,
        'circle-opacity': ['case', chosen, 0.14, 0],
        'circle-stroke-color': ring,
        'circle-stroke-width': 2,
        'circle-stroke-opacity': ['case', chosen, 1, 0],
      },
    },
    ...marks,
    {
      id: HIT_LAYER,
      type: 'circle',
      source: SITES,
      paint: { 'circle-radius': byZoom(8, 7, 13, 17, 16, 26), 'circle-opacity': 0 },
    },
  ]
}

export function iconName(of: number | null): string {
  return `arterial-${of ?? 'unknown'}`
}
