import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import type { Theme } from '../../../map/ramp.ts'
import type { Standing } from '../hotspots/spots.ts'

export const HEXES = 'incident-hexes'
const [HEX_AREAS, HEX_DISCS] = ['incident-hex-areas', 'incident-hex-discs']
/** What is pointed at: a disc lies above its area. */
export const HEX_LAYERS = [HEX_DISCS, HEX_AREAS] as const
export const RISKS = 'incident-risks'
export const RISK_LAYER = 'incident-risk-areas'

/** Of few, …, of many. */
type Density = readonly [string, string, string, string]

/** Outlines of what is called: hues apart in every colour vision (Okabe and Ito, 2008), and lines of their own kind. */
export const STANDING_COLOUR: Record<Theme, Record<Exclude<Standing, 'usual'>, string>> = {
  dark: { emerging: '#ff9d5c', persistent: '#f0e442', hot: '#f0e442', fading: '#a8b3c2', cold: '#56b4e9' },
  light: { emerging: '#c23b00', persistent: '#7a3b00', hot: '#7a3b00', fading: '#5d6877', cold: '#0072b2' },
}

/** Counts as ground, and what is called as outlines: whole for hot, broken for fading, dotted for cold; the chosen one is thickest. */
export function hexLayers(theme: Theme, density: Density): LayerSpecification[] {
  const colours = STANDING_COLOUR[theme]
  const standing: ExpressionSpecification = ['get', 'standing']
  const outline = (
    id: string,
    of: readonly Standing[],
    width: number,
    dashes?: number[],
  ): LayerSpecification => ({
    id,
    type: 'line',
    source: HEXES,
    filter: ['in', standing, ['literal', [...of]]],
    layout: { 'line-join': 'round' },
    paint: {
      'line-color': [
        'match',
        standing,
        ...Object.entries(colours).flat(),
        '#888888',
      ] as unknown as ExpressionSpecification,
      'line-width': ['interpolate', ['linear'], ['zoom'], 9, width, 13, width * 2],
      'line-opacity': fromNear(1),
      ...(dashes === undefined ? {} : { 'line-dasharray': dashes }),
    },
  })
  return [
    {
      id: HEX_AREAS,
      type: 'fill',
      source: HEXES,
      paint: {
        'fill-color': byShare(density),
        'fill-opacity': fromNear(['case', ['==', ['get', 'share'], 0], 0.15, 0.72]),
        'fill-outline-color': theme === 'dark' ? '#0b0e1366' : '#ffffff88',
      },
    },
    outline('incident-hex-cold', ['cold'], 1, [1, 2]),
    outline('incident-hex-fading', ['fading'], 1.5, [3, 2]),
    outline('incident-hex-hot', ['hot', 'persistent'], 1.75),
    outline('incident-hex-emerging', ['emerging'], 2.5),
    discs(theme, density),
  ]
}

/** Places too small for an area to be seen from afar: from near a cluster is its area, and a site stays a disc. */
function discs(theme: Theme, density: Density): LayerSpecification {
  const standing: ExpressionSpecification = ['get', 'standing']
  const edge = theme === 'dark' ? '#0b0e13' : '#ffffff'
  const colours = Object.entries(STANDING_COLOUR[theme]).flat()
  const stroke = ['match', standing, ...colours, edge] as unknown as ExpressionSpecification
  return {
    id: HEX_DISCS,
    type: 'circle',
    source: HEXES,
    filter: ['==', ['geometry-type'], 'Point'],
    layout: { 'circle-sort-key': ['get', 'share'] },
    paint: {
      'circle-color': byShare(density),
      'circle-opacity': untilNear(['case', ['==', standing, 'fading'], 0.25, 0.9]),
      'circle-stroke-opacity': untilNear(1),
      'circle-radius': ['interpolate', ['linear'], ['get', 'share'], 0, 4, 1, 13],
      'circle-stroke-color': stroke,
      'circle-stroke-width': ['match', standing, 'emerging', 3, 'usual', 1, 2],
    },
  }
}

/** A disc gives way to its area. */
function untilNear(opacity: ExpressionSpecification | number): ExpressionSpecification {
  return byZoom(opacity, ['case', ['get', 'isPaired'], 0, opacity])
}

function fromNear(opacity: ExpressionSpecification | number): ExpressionSpecification {
  return byZoom(['case', ['get', 'isPaired'], 0, opacity], opacity)
}

function byZoom(far: unknown, near: unknown): ExpressionSpecification {
  return ['interpolate', ['linear'], ['zoom'], 13, far, 14, near] as unknown as ExpressionSpecification
}

/** Communities by what is to be expected in them; the chosen one has a line around it. */
export function riskLayers(theme: Theme, density: Density): LayerSpecification[] {
  const isChosen: ExpressionSpecification = ['get', 'chosen']
  return [
    {
      id: RISK_LAYER,
      type: 'fill',
      source: RISKS,
      paint: { 'fill-color': byShare(density), 'fill-opacity': 0.78 },
    },
    {
      id: 'incident-risk-borders',
      type: 'line',
      source: RISKS,
      paint: {
        'line-color': [
          'case',
          isChosen,
          theme === 'dark' ? '#ffffff' : '#0b0e13',
          theme === 'dark' ? '#0b0e13' : '#ffffff',
        ],
        'line-width': ['case', isChosen, 3, 0.75],
      },
      layout: { 'line-sort-key': ['case', isChosen, 1, 0], 'line-join': 'round' },
    },
  ]
}

function byShare([low, middle, high, most]: Density): ExpressionSpecification {
  const stops = [0, low, 0.3, middle, 0.6, high, 1, most]
  return ['interpolate', ['linear'], ['get', 'share'], ...stops] as unknown as ExpressionSpecification
}
