import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from 'maplibre-gl'
import { apartOf } from './apart.ts'
import { boundsOf, graticule } from './extent.ts'
import { areaLayer, overlaySources, pathLayers, signLayers } from './overlay/overlay-style.ts'
import { RAMP, UNKNOWN_COLOUR, type Theme } from './ramp.ts'
import { streetsOf, type Place } from './streets.ts'

export const SITES = 'sites'
export const APPROACHES = 'approaches'

interface Colours {
  readonly ground: string
  readonly street: string
  readonly kerb: string
  readonly label: string
}

const COLOURS: Record<Theme, Colours> = {
  dark: { ground: '#0b0e13', street: '#1a212b', kerb: '#131922', label: '#8793a3' },
  light: { ground: '#eceff3', street: '#ffffff', kerb: '#d9dfe6', label: '#5b6675' },
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
  const ground = ownStreets ? groundLayers(places, theme) : { sources: {}, layers: [] }
  const sources: Record<string, SourceSpecification> = {
    [SITES]: geojson(sitesOf(places)),
    ...overlaySources(),
    ...ground.sources,
  }
  const layers: LayerSpecification[] = [areaLayer(), ...ground.layers]
  const streets = ownStreets ? streetsOf(places) : null
  if (streets !== null) {
    sources[APPROACHES] = geojson(streets.approaches)
    layers.push(approachLayer(theme))
  }
  layers.push(...pathLayers(theme), ...siteLayers(), ...signLayers(byZoom(...SIZES.flat())))
  return { sources, layers }
}

/** The city's own streets, else even lines of longitude and latitude around the places. */
export function groundLayers(
  places: readonly Place[],
  theme: Theme,
): { sources: Record<string, SourceSpecification>; layers: LayerSpecification[] } {
  const streets = streetsOf(places)
  const bounds = boundsOf(places)
  if (streets !== null)
    return {
      sources: {
        streets: { type: 'geojson', data: streets.lines },
        'street-names': { type: 'geojson', data: streets.labels },
      },
      layers: streetLayers(COLOURS[theme]),
    }
  if (bounds === null) return { sources: {}, layers: [] }
  return {
    sources: { graticule: { type: 'geojson', data: graticule(bounds) } },
    layers: [
      {
        id: 'graticule',
        type: 'line',
        source: 'graticule',
        paint: { 'line-color': COLOURS[theme].street, 'line-width': 1 },
      },
    ],
  }
}

/** What lies below everything where there are no tiles. */
export function groundColour(theme: Theme): LayerSpecification {
  return { id: 'ground', type: 'background', paint: { 'background-color': COLOURS[theme].ground } }
}

function geojson(data: GeoJSON.FeatureCollection): SourceSpecification {
  return { type: 'geojson', data, promoteId: 'id' }
}

function sitesOf(places: readonly Place[]): GeoJSON.FeatureCollection {
  const offsets = apartOf(places)
  return {
    type: 'FeatureCollection',
    features: places.map(({ id, longitude, latitude }) => ({
      type: 'Feature',
      properties: { id, offset: offsets.get(id) ?? [0, 0] },
      geometry: { type: 'Point', coordinates: [longitude, latitude] },
    })),
  }
}

/** Between two zoom steps sizes grow by it. */
const BASE = 1.6
const byZoom = (...stops: readonly number[]): ExpressionSpecification => [
  'interpolate',
  ['exponential', BASE],
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
      'line-opacity': approachOpacity(null),
    },
  }
}

/** Those of the shown steps; null shows all. */
export function approachOpacity(shown: ReadonlySet<number | null> | null): ExpressionSpecification {
  const steps = [0, 1, 2, 3, 4, 5].filter(of => shown === null || shown.has(of))
  return ['case', ['!', ['in', step, ['literal', steps]]], 0, dim, 0.08, ['+', 0.28, ['*', 0.11, step]]]
}

/** Zoom and size of a mark there, and between them exponentially: as the layers draw them, and as a click finds them. */
const SIZES: readonly (readonly [number, number])[] = [
  [8, 0.45],
  [10, 0.62],
  [13, 0.92],
  [16, 1.5],
]

export function markSize(zoom: number): number {
  const above = SIZES.findIndex(([at]) => zoom < at)
  if (above === 0) return SIZES[0]?.[1] ?? 1
  const [low, high] = [SIZES[above - 1], SIZES[above]]
  if (above === -1 || low === undefined || high === undefined) return SIZES.at(-1)?.[1] ?? 1
  const share = (BASE ** (zoom - low[0]) - 1) / (BASE ** (high[0] - low[0]) - 1)
  return low[1] + (high[1] - low[1]) * share
}

/** Layer of the sites at one step; null of those that are unknown. */
export function siteLayer(of: number | null): string {
  return `sites-${of ?? 'unknown'}`
}

/** Marks of all steps lie at the same place of their site, set apart from its neighbours'. */
const MARK_LAYOUT = {
  'icon-size': byZoom(...SIZES.flat()),
  'icon-offset': ['array', 'number', 2, ['get', 'offset']] as unknown as ExpressionSpecification,
  'icon-allow-overlap': true,
  'icon-ignore-placement': true,
}

function siteLayers(): LayerSpecification[] {
  const marks = [null, 0, 1, 2, 3, 4, 5].map((of): LayerSpecification => ({
    id: siteLayer(of),
    type: 'symbol',
    source: SITES,
    layout: { 'icon-image': iconName(of), ...MARK_LAYOUT },
    paint: { 'icon-opacity': ['case', ['==', step, of ?? -1], ['case', dim, 0.22, 1], 0] },
  }))
  const chosen: ExpressionSpecification = ['boolean', ['feature-state', 'chosen'], false]
  return [
    {
      id: 'sites-chosen',
      type: 'symbol',
      source: SITES,
      layout: { 'icon-image': RING, ...MARK_LAYOUT },
      paint: { 'icon-opacity': ['case', chosen, 1, 0] },
    },
    ...marks,
  ]
}

/** The ring around the chosen site. */
export const RING = 'arterial-ring'

export function iconName(of: number | null): string {
  return `arterial-${of ?? 'unknown'}`
}
