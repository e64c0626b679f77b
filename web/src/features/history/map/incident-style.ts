import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import type { Theme } from '../../../map/ramp.ts'
import type { Marks } from '../model/places.ts'
import { hexLayers, riskLayers } from './area-style.ts'
import { FAMILIES, type Family } from '../model/words.ts'

export const CLUSTERED = 'incident-clusters'
export const PLACED = 'incident-places'
export const CHOSEN = 'incident-chosen'
export const CLUSTER_LAYER = 'incident-cluster-discs'
/** Layers whose marks are single incidents. */
export const SINGLE_LAYERS = ['incident-cluster-singles', 'incident-points'] as const

/** One hue, even in lightness: more is brighter in the dark, and darker in the light. Read by count beside the disc. */
export const DENSITY: Record<Theme, readonly [string, string, string, string]> = {
  dark: ['#1c3d63', '#2f6aa8', '#5ea4ea', '#cfe6ff'],
  light: ['#c3dcf7', '#7fb2ea', '#2f74c4', '#0b3a75'],
}
const DENSITY_INK: Record<Theme, readonly [string, string, string, string]> = {
  dark: ['#e8edf4', '#ffffff', '#0b0e13', '#0b0e13'],
  light: ['#131a24', '#131a24', '#ffffff', '#ffffff'],
}
/** Okabe and Ito, 2008: told apart by people of every colour vision; the sign has a shape of its own too. */
export const FAMILY_COLOUR: Record<Theme, Record<Family, string>> = {
  dark: { person: '#f0e442', collision: '#e69f00', stalled: '#56b4e9', road: '#c3cad4' },
  light: { person: '#b30059', collision: '#b35c00', stalled: '#0072b2', road: '#5d6877' },
}

const FROM = [10, 50, 200] as const
const COUNT: ExpressionSpecification = ['get', 'point_count']
const byCount = (values: readonly string[]): ExpressionSpecification =>
  [
    'step',
    COUNT,
    values[0] ?? '',
    ...FROM.flatMap((from, i) => [from, values[i + 1] ?? '']),
  ] as unknown as ExpressionSpecification

export function signName(family: Family): string {
  return `incident-${family}`
}

/** Layers of all three ways of showing; what is not shown is invisible. */
export function incidentLayers(theme: Theme): LayerSpecification[] {
  const edge = theme === 'dark' ? '#0b0e13' : '#ffffff'
  return [
    heatLayer(theme),
    ...hexLayers(theme, DENSITY[theme]),
    ...riskLayers(theme, DENSITY[theme]),
    {
      id: CLUSTER_LAYER,
      type: 'circle',
      source: CLUSTERED,
      filter: ['has', 'point_count'],
      paint: {
        'circle-color': byCount(DENSITY[theme]),
        'circle-radius': ['interpolate', ['linear'], ['sqrt', COUNT], 1, 11, 10, 17, 40, 30, 80, 40],
        'circle-stroke-color': edge,
        'circle-stroke-width': 1.5,
      },
    },
    {
      id: 'incident-cluster-counts',
      type: 'symbol',
      source: CLUSTERED,
      filter: ['has', 'point_count'],
      layout: {
        'text-field': ['get', 'point_count_abbreviated'],
        'text-font': ['Inter Variable'],
        'text-size': 11.5,
        'text-allow-overlap': true,
      },
      paint: { 'text-color': byCount(DENSITY_INK[theme]) },
    },
    signs(SINGLE_LAYERS[0], CLUSTERED, ['!', ['has', 'point_count']]),
    signs(SINGLE_LAYERS[1], PLACED, null),
    {
      id: 'incident-chosen-ring',
      type: 'circle',
      source: CHOSEN,
      paint: {
        'circle-radius': 13,
        'circle-color': 'transparent',
        'circle-stroke-width': 3,
        'circle-stroke-color': theme === 'dark' ? '#ffffff' : '#0b0e13',
      },
    },
  ]
}

/** Which layers a way of showing has. */
export function isShown(layer: string, marks: Marks): boolean {
  if (layer.startsWith('incident-cluster')) return marks === 'clusters'
  if (layer === 'incident-points') return marks === 'points'
  if (layer === 'incident-heat') return marks === 'heat'
  if (layer.startsWith('incident-hex')) return marks === 'hexes'
  if (layer.startsWith('incident-risk')) return marks === 'risk'
  return true
}

export const LAYERS: readonly string[] = [...incidentLayers('dark').map(({ id }) => id)]

function signs(id: string, source: string, filter: ExpressionSpecification | null): LayerSpecification {
  return {
    id,
    type: 'symbol',
    source,
    ...(filter === null ? {} : { filter }),
    layout: {
      'icon-image': ['concat', 'incident-', ['get', 'family']],
      'icon-size': ['interpolate', ['linear'], ['zoom'], 9, 0.45, 12, 0.7, 15, 1],
      'icon-allow-overlap': true,
      'icon-ignore-placement': true,
      // Who is hurt most easily lies on top.
      'symbol-sort-key': [
        'match',
        ['get', 'family'],
        ...FAMILIES.toReversed().flatMap(({ family }, i) => [family, i]),
        0,
      ] as unknown as ExpressionSpecification,
    },
  }
}

function heatLayer(theme: Theme): LayerSpecification {
  const [low, middle, high, most] = DENSITY[theme]
  return {
    id: 'incident-heat',
    type: 'heatmap',
    source: PLACED,
    paint: {
      'heatmap-radius': ['interpolate', ['exponential', 1.7], ['zoom'], 9, 7, 12, 20, 15, 55],
      'heatmap-intensity': ['interpolate', ['linear'], ['zoom'], 9, 0.12, 12, 0.3, 15, 0.9],
      'heatmap-opacity': 0.92,
      'heatmap-color': [
        'interpolate',
        ['linear'],
        ['heatmap-density'],
        ...[0, 'transparent', 0.12, low, 0.4, middle, 0.7, high, 1, most],
      ] as unknown as ExpressionSpecification,
    },
  }
}
