import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  SourceSpecification,
} from 'maplibre-gl'
import type { Theme } from '../ramp.ts'

export const SIGNS = 'overlay-signs'
export const PATHS = 'overlay-paths'
export const AREAS = 'overlay-areas'
/** Layers that can be clicked, the uppermost first. */
export const CLICKED = [SIGNS, 'overlay-crowd', PATHS] as const
export const CHOSEN_LAYERS = ['overlay-signs-chosen', 'overlay-paths-chosen'] as const
/** The ring around the chosen sign. */
export const SIGN_RING = 'overlay-ring'

interface Colours {
  readonly works: string
  readonly stripe: string
  readonly parade: string
  readonly rim: string
  readonly chosen: string
}

const COLOURS: Record<Theme, Colours> = {
  dark: { works: '#f2b33d', stripe: '#221800', parade: '#e8edf4', rim: '#0b0e13', chosen: '#e9f2ff' },
  light: { works: '#f2b33d', stripe: '#221800', parade: '#131a24', rim: '#ffffff', chosen: '#0a3d7a' },
}
/** The outline of planned works in the light, where amber alone is too pale. */
const PLANNED: Record<Theme, string> = { dark: '#f2b33d', light: '#7d5200' }

const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }

export function overlaySources(): Record<string, SourceSpecification> {
  return Object.fromEntries(
    [SIGNS, PATHS, AREAS].map(name => [name, { type: 'geojson' as const, data: EMPTY }]),
  )
}

/** Below the streets: what falls on them. */
export function areaLayer(): LayerSpecification {
  return {
    id: AREAS,
    type: 'fill',
    source: AREAS,
    paint: { 'fill-pattern': ['get', 'fall'] },
  }
}

const width = (at11: number, at14: number, at17: number): ExpressionSpecification => [
  'interpolate',
  ['exponential', 1.6],
  ['zoom'],
  ...[11, at11, 14, at14, 17, at17],
]
const is = (kind: string, look: string): ExpressionSpecification => [
  'all',
  ['==', ['get', 'kind'], kind],
  ['==', ['get', 'look'], look],
]

/** Between the streets and the sites: works as a barred band while they last and as a broken line before; a parade's way plain. */
export function pathLayers(theme: Theme): LayerSpecification[] {
  const { works, stripe, parade, rim, chosen } = COLOURS[theme]
  return [
    {
      id: 'overlay-paths-chosen',
      type: 'line',
      source: PATHS,
      filter: nothing(),
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': chosen, 'line-opacity': 0.45, 'line-width': width(9, 17, 30) },
    },
    {
      // Wide, and what a click finds.
      id: PATHS,
      type: 'line',
      source: PATHS,
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': rim, 'line-width': width(4.5, 9, 17) },
    },
    line('works-active', is('zone', 'active'), works, width(3, 6, 12)),
    line('works-bars', is('zone', 'active'), stripe, width(3, 6, 12), [0.8, 0.8]),
    line('works-planned', is('zone', 'planned'), PLANNED[theme], width(1.6, 3, 6), [2.4, 1.4]),
    line('event-active', is('event', 'active'), parade, width(2.5, 5, 10)),
    line('event-planned', is('event', 'planned'), parade, width(1.6, 3, 6), [0.6, 1.6]),
  ]
}

function line(
  id: string,
  filter: ExpressionSpecification,
  colour: string,
  widths: ExpressionSpecification,
  dashes?: readonly number[],
): LayerSpecification {
  return {
    id: `overlay-${id}`,
    type: 'line',
    source: PATHS,
    filter: filter as FilterSpecification,
    layout: { 'line-join': 'round' },
    paint: {
      'line-color': colour,
      'line-width': widths,
      ...(dashes === undefined ? {} : { 'line-dasharray': [...dashes] }),
    },
  }
}

/** Above the sites; cameras and stations, of which a city has hundreds, below events and works. None moves a street's name. */
export function signLayers(size: ExpressionSpecification): LayerSpecification[] {
  const layout = {
    'icon-image': ['get', 'image'] as ExpressionSpecification,
    'icon-size': size,
    'icon-offset': ['array', 'number', 2, ['get', 'offset']] as unknown as ExpressionSpecification,
    'icon-allow-overlap': true,
    'icon-ignore-placement': true,
  }
  const crowds: ExpressionSpecification = ['get', 'crowds']
  return [
    {
      id: 'overlay-signs-chosen',
      type: 'symbol',
      source: SIGNS,
      filter: nothing(),
      layout: { ...layout, 'icon-image': SIGN_RING },
    },
    {
      id: 'overlay-crowd',
      type: 'symbol',
      source: SIGNS,
      filter: crowds as FilterSpecification,
      layout,
    },
    {
      id: SIGNS,
      type: 'symbol',
      source: SIGNS,
      filter: ['!', crowds] as FilterSpecification,
      layout: { ...layout, 'symbol-sort-key': ['get', 'rank'] },
    },
  ]
}

function nothing(): FilterSpecification {
  return onlyKey('')
}

/** Of the layers that mark what was chosen. */
export function onlyKey(key: string): FilterSpecification {
  return ['==', ['get', 'key'], key]
}
