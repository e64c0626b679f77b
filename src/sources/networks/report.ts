import type { Network } from '../../core/traffic/network.ts'

export type NetworkFormat = 'sumo' | 'osm-xml' | 'osm-pbf'

/** Something that happened to several things of the file; the first of them by id. */
export interface Finding {
  readonly what: string
  readonly count: number
  /** At most `MOST_IDS`, in the order of the file. */
  readonly ids: readonly string[]
}

/** What of a file became the network, and what did not. */
export interface NetworkReport {
  readonly format: NetworkFormat
  readonly kept: {
    readonly nodes: number
    readonly links: number
    readonly lanes: number
    readonly movements: number
    readonly signals: number
    /** Nodes at which streets enter or leave the network. */
    readonly boundaries: number
    readonly lengthKm: number
  }
  readonly dropped: readonly Finding[]
  /** What the file leaves open, and what was taken for it. */
  readonly guessed: readonly Finding[]
  readonly notes: readonly string[]
}

export interface ImportedNetwork {
  readonly network: Network
  readonly report: NetworkReport
}

/** Ids that are told of one finding. */
const MOST_IDS = 20

interface Found {
  count: number
  readonly ids: string[]
  last: string
}

/** Collects what the report tells. */
export class Findings {
  readonly #dropped = new Map<string, Found>()
  readonly #guessed = new Map<string, Found>()
  readonly #notes = new Set<string>()

  dropped(what: string, id: string): void {
    add(this.#dropped, what, id)
  }

  guessed(what: string, id: string): void {
    add(this.#guessed, what, id)
  }

  note(text: string): void {
    this.#notes.add(text)
  }

  report(format: NetworkFormat, network: Network): NetworkReport {
    const { nodes, links, movements, signals } = network
    const left = new Set(movements.map(({ from }) => from))
    const entered = new Set(movements.map(({ to }) => to))
    const boundaries = new Set([
      ...links.flatMap(({ to }, link) => (left.has(link) ? [] : [to])),
      ...links.flatMap(({ from }, link) => (entered.has(link) ? [] : [from])),
    ])
    return {
      format,
      kept: {
        nodes: nodes.length,
        links: links.length,
        lanes: links.reduce((sum, { lanes }) => sum + lanes, 0),
        movements: movements.length,
        signals: signals.filter(plan => plan !== null).length,
        boundaries: boundaries.size,
        lengthKm: Math.round(links.reduce((sum, { lengthM }) => sum + lengthM, 0)) / 1000,
      },
      dropped: told(this.#dropped),
      guessed: told(this.#guessed),
      notes: [...this.#notes],
    }
  }
}

function add(findings: Map<string, Found>, what: string, id: string): void {
  const found = findings.get(what) ?? { count: 0, ids: [], last: '' }
  // Both directions of a road are told once.
  if (found.count > 0 && found.last === id) return
  found.last = id
  found.count++
  if (found.ids.length < MOST_IDS) found.ids.push(id)
  findings.set(what, found)
}

function told(findings: ReadonlyMap<string, Found>): Finding[] {
  return Array.from(findings, ([what, { count, ids }]) => ({ what, count, ids }))
}
