import { FeedError } from '../../../core/feed-error.ts'
import { Attributes } from '../xml.ts'
import type { XmlElement, XmlHandler } from '../xml.ts'

export interface SumoLane {
  readonly index: number
  readonly lengthM: number
  readonly speedMs: number
  readonly isForCars: boolean
}

export interface SumoEdge {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly name: string | null
  readonly type: string
  /** In the order of their indexes. */
  readonly lanes: SumoLane[]
}

export interface SumoConnection {
  readonly from: string
  readonly to: string
  readonly fromLane: number
  readonly toLane: number
  readonly via: string | null
  readonly dir: string
  readonly tl: string | null
  readonly linkIndex: number
  readonly isForCars: boolean
}

export interface SumoProgram {
  readonly id: string
  readonly type: string
  readonly offsetS: number
  readonly phases: { readonly durationS: number; readonly state: string }[]
}

/** What a network file of SUMO says, as it says it. */
export interface SumoFile {
  isLeftHand: boolean
  location: { readonly x: number; readonly y: number; readonly projection: string } | null
  readonly junctions: Map<string, { readonly x: number; readonly y: number }>
  readonly edges: Map<string, SumoEdge>
  /** Length and next lane of the lanes within junctions, by id. */
  readonly inner: Map<string, { readonly lengthM: number; next: string | null }>
  readonly connections: SumoConnection[]
  readonly programs: Map<string, SumoProgram[]>
}

const MOST_EDGES = 1_000_000
const MOST_LANES = 64
const MOST_PHASES = 256
const LONGEST_M = 100_000
const FASTEST_MS = 100
const DAY_S = 86_400

/**
 * Reads `<net>` of `.net.xml` (SUMO's network format 0.13–1.20: edges, lanes, junctions, connections, programs).
 * @throws {FeedError} naming line and element
 */
export function sumoReader(file: string): XmlHandler & { readonly result: SumoFile } {
  const result: SumoFile = {
    isLeftHand: false,
    location: null,
    junctions: new Map(),
    edges: new Map(),
    inner: new Map(),
    connections: [],
    programs: new Map(),
  }
  let edge: SumoEdge | null = null
  let isInner = false
  let program: SumoProgram | null = null
  const onOpen = (element: XmlElement): void => {
    const of = new Attributes(file, element)
    const parent = element.within.at(-1)
    if (parent === undefined) result.isLeftHand = of.optional('lefthand') === 'true'
    else if (element.name === 'lane' && parent === 'edge') {
      if (isInner) result.inner.set(of.text('id'), { lengthM: of.number('length', 0, LONGEST_M), next: null })
      else if (edge !== null) edge.lanes.push(laneOf(of, edge))
    } else if (element.name === 'phase' && parent === 'tlLogic') {
      if ((program?.phases.length ?? 0) >= MOST_PHASES)
        of.refuse(`its program has more than ${MOST_PHASES} phases.`)
      program?.phases.push(phaseOf(of))
    } else if (parent === 'net') {
      if (element.name === 'edge') {
        isInner = of.optional('function') === 'internal'
        edge = isRoad(of) ? edgeOf(of, result.edges) : null
      } else if (element.name === 'tlLogic') program = programOf(of, result.programs)
      else readOther(element.name, of, result)
    }
  }
  return { onOpen, result }
}

function isRoad(of: Attributes): boolean {
  return ['normal', 'connector'].includes(of.optional('function') ?? 'normal')
}

function edgeOf(of: Attributes, edges: Map<string, SumoEdge>): SumoEdge {
  const id = of.text('id')
  if (edges.has(id)) of.refuse('the file has another edge of this id; take one of them out.')
  if (edges.size >= MOST_EDGES)
    of.refuse(`there are more than ${MOST_EDGES} edges; cut out the part that you need.`)
  const edge = {
    id,
    from: of.text('from'),
    to: of.text('to'),
    name: of.optional('name'),
    type: of.optional('type') ?? '',
    lanes: [],
  }
  edges.set(id, edge)
  return edge
}

function laneOf(of: Attributes, edge: SumoEdge): SumoLane {
  const index = of.count('index', MOST_LANES - 1)
  if (index !== edge.lanes.length)
    of.refuse(`its index is ${index}, and lane ${edge.lanes.length} of the edge comes next.`)
  return {
    index,
    lengthM: of.number('length', 0, LONGEST_M),
    speedMs: of.number('speed', 0, FASTEST_MS),
    isForCars: isForCars(of),
  }
}

/** Vehicle classes are a list with spaces; `allow` is the whole of who may, `disallow` of who may not. */
function isForCars(of: Attributes): boolean {
  const listed = (name: string) => (of.optional(name) ?? '').split(/\s+/).filter(one => one !== '')
  const names = (list: readonly string[]) => list.includes('passenger') || list.includes('all')
  const allowed = listed('allow')
  return allowed.length > 0 ? names(allowed) : !names(listed('disallow'))
}

function programOf(of: Attributes, programs: SumoFile['programs']): SumoProgram {
  const id = of.text('id')
  const offset = of.optional('offset')
  const offsetS = offset === null || !Number.isFinite(Number(offset)) ? 0 : Number(offset)
  const program = { id, type: of.optional('type') ?? 'static', offsetS, phases: [] }
  programs.set(id, [...(programs.get(id) ?? []), program])
  return program
}

function phaseOf(of: Attributes): SumoProgram['phases'][number] {
  const state = of.text('state')
  const odd = /[^rRgGyYsuoO]/.exec(state)
  if (odd !== null) of.refuse(`its state has "${odd[0]}", which is none of SUMO's signals (r y g G s u o O).`)
  const duration = of.optional('duration') === null ? 'minDur' : 'duration'
  return { durationS: of.number(duration, 0.1, DAY_S), state }
}

function readOther(name: string, of: Attributes, result: SumoFile): void {
  if (name === 'location') {
    const [x = NaN, y = NaN] = of.text('netOffset').split(',').map(Number)
    if (!Number.isFinite(x) || !Number.isFinite(y))
      of.refuse('its netOffset must be two numbers, such as 0.00,0.00.')
    result.location = { x, y, projection: of.text('projParameter') }
  } else if (name === 'junction' && of.optional('type') !== 'internal') {
    result.junctions.set(of.text('id'), { x: of.number('x'), y: of.number('y') })
  } else if (name === 'connection') readConnection(of, result)
}

function readConnection(of: Attributes, { edges, inner, connections }: SumoFile): void {
  const [from, to] = [of.text('from'), of.text('to')]
  const [fromLane, toLane] = [of.count('fromLane', MOST_LANES - 1), of.count('toLane', MOST_LANES - 1)]
  const via = of.optional('via')
  if (from.startsWith(':')) {
    const lane = inner.get(`${from}_${fromLane}`)
    if (lane !== undefined) lane.next = via
    return
  }
  // To crossings and walking areas: not for cars.
  if (to.startsWith(':')) return
  for (const [id, lane] of [
    [from, fromLane],
    [to, toLane],
  ] as const) {
    const lanes = edges.get(id)?.lanes.length
    if (lanes === undefined)
      of.refuse(
        `it names the edge "${id}", which the file does not have; run netconvert on the network again.`,
      )
    else if (lane >= lanes)
      of.refuse(
        `it names lane ${lane} of the edge "${id}", which has ${lanes}; run netconvert on the network again.`,
      )
  }
  const tl = of.optional('tl')
  const linkIndex = tl === null ? -1 : of.count('linkIndex', 10_000)
  connections.push({
    ...{ from, to, fromLane, toLane, via, tl, linkIndex },
    dir: of.optional('dir') ?? '',
    isForCars: isForCars(of),
  })
}

/** @throws {FeedError} when the root is of another file of SUMO */
export function requireNet(file: string, root: string): void {
  if (root === 'net') return
  throw new FeedError(
    `${file} begins with <${root}>: it is neither a network of SUMO (<net>) nor of OpenStreetMap (<osm>). ` +
      'Give the .net.xml, .osm or .osm.pbf file itself.',
  )
}
