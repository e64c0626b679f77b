import type { Feature, FeatureCollection, LineString, MultiLineString, Point, Position } from 'geojson'

export interface Place {
  readonly id: string
  readonly name: string | null
  readonly district: string
  readonly longitude: number
  readonly latitude: number
}

export interface Streets {
  /** One straight line per row and per column of the grid. */
  readonly lines: FeatureCollection<LineString, { label: string; wide: boolean }>
  /** The arms of each intersection, half a block long at most: what its delay spills into. */
  readonly approaches: FeatureCollection<MultiLineString, { id: string }>
  /** Where a street's name stands: just outside of the grid. */
  readonly labels: FeatureCollection<Point, { label: string; anchor: 'right' | 'bottom' }>
}

/** Of the way to the neighbour; the rest stays the neighbour's. */
const APPROACH_SHARE = 0.36
const GRID_ID = /^(.*?)(\d{2})(\d{2})$/

interface Node extends Place {
  readonly row: number
  readonly column: number
}

/**
 * The city's own streets, from ids that number a grid (prefix, two digits of row, two of column) where the numbers also
 * agree with the places: rows and columns must run monotonously. Anything else has no streets: null.
 */
export function streetsOf(places: readonly Place[]): Streets | null {
  const nodes = gridOf(places)
  if (nodes === null) return null
  const rows = linesBy(nodes, 'row', 'column')
  const columns = linesBy(nodes, 'column', 'row')
  if (![...rows, ...columns].every(isStraight)) return null

  const lines = [...rows.map(line => streetOf(line, 0)), ...columns.map(line => streetOf(line, 1))]
  return {
    lines: { type: 'FeatureCollection', features: lines },
    approaches: { type: 'FeatureCollection', features: approachesOf([...rows, ...columns]) },
    labels: {
      type: 'FeatureCollection',
      features: [...rows.map(line => labelOf(line, 0)), ...columns.map(line => labelOf(line, 1))],
    },
  }
}

function gridOf(places: readonly Place[]): Node[] | null {
  const nodes: Node[] = []
  const prefixes = new Set<string>()
  for (const place of places) {
    const match = GRID_ID.exec(place.id)
    if (match === null) return null
    prefixes.add(match[1] ?? '')
    nodes.push({ ...place, row: Number(match[2]), column: Number(match[3]) })
  }
  return nodes.length >= 4 && prefixes.size === 1 ? nodes : null
}

function linesBy(nodes: readonly Node[], key: 'row' | 'column', along: 'row' | 'column'): Node[][] {
  const groups = Map.groupBy(nodes, node => node[key])
  return [...groups.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, line]) => line.sort((a, b) => a[along] - b[along]))
    .filter(line => line.length > 1)
}

/** Four-digit ids of stations along roads look like a grid too, but their lines jump back and forth. */
function isStraight(line: readonly Node[]): boolean {
  const first = line[0] as Node
  const last = line.at(-1) as Node
  const [dx, dy] = [last.longitude - first.longitude, last.latitude - first.latitude]
  let before = -Infinity
  return line.every(node => {
    const along = (node.longitude - first.longitude) * dx + (node.latitude - first.latitude) * dy
    const forward = along > before
    before = along
    return forward
  })
}

function streetOf(line: readonly Node[], part: 0 | 1): Feature<LineString, { label: string; wide: boolean }> {
  const first = line[0] as Node
  const last = line.at(-1) as Node
  const reach = (a: Node, b: Node): Position => [
    a.longitude + (a.longitude - b.longitude) * 0.5,
    a.latitude + (a.latitude - b.latitude) * 0.5,
  ]
  return {
    type: 'Feature',
    properties: { label: partOfName(first, part), wide: (part === 0 ? first.row : first.column) % 3 === 1 },
    geometry: {
      type: 'LineString',
      coordinates: [
        reach(first, line[1] as Node),
        ...line.map((node): Position => [node.longitude, node.latitude]),
        reach(last, line.at(-2) as Node),
      ],
    },
  }
}

function labelOf(line: readonly Node[], part: 0 | 1): Streets['labels']['features'][number] {
  const first = line[0] as Node
  const second = line[1] as Node
  return {
    type: 'Feature',
    properties: { label: partOfName(first, part), anchor: part === 0 ? 'right' : 'bottom' },
    geometry: {
      type: 'Point',
      coordinates: [
        first.longitude + (first.longitude - second.longitude) * 0.6,
        first.latitude + (first.latitude - second.latitude) * 0.6,
      ],
    },
  }
}

/** "A St & 1 Ave": the row's name before, the column's after. */
function partOfName(node: Node, part: 0 | 1): string {
  return node.name?.split(' & ')[part] ?? ''
}

function approachesOf(lines: readonly (readonly Node[])[]): Feature<MultiLineString, { id: string }>[] {
  const arms = new Map<string, Position[][]>()
  const arm = (from: Node, to: Node) => {
    const end = [
      from.longitude + (to.longitude - from.longitude) * APPROACH_SHARE,
      from.latitude + (to.latitude - from.latitude) * APPROACH_SHARE,
    ]
    const known = arms.get(from.id) ?? []
    known.push([[from.longitude, from.latitude], end])
    arms.set(from.id, known)
  }
  for (const line of lines) {
    for (let i = 1; i < line.length; i++) {
      const [a, b] = [line[i - 1] as Node, line[i] as Node]
      arm(a, b)
      arm(b, a)
    }
  }
  return [...arms].map(([id, coordinates]) => ({
    type: 'Feature',
    properties: { id },
    geometry: { type: 'MultiLineString', coordinates },
  }))
}
