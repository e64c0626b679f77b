import type { Network } from '../../../../core/traffic/network.ts'

/** A network as arrays by lane, link and movement: what each crossing looks up. */
export interface Streets {
  readonly network: Network
  /** Lanes of link `l` are `lanesFrom[l]` to below `lanesFrom[l + 1]`, from the left. */
  readonly lanesFrom: Int32Array
  readonly linkOfLane: Int32Array
  readonly lengthsM: readonly number[]
  readonly freeSpeedMs: Float64Array
  readonly nodeOfMovement: Int32Array
  /** Movements out of each link. */
  readonly movementsFrom: readonly (readonly number[])[]
  /** Movements that may be made from each lane. */
  readonly movementsOfLane: readonly (readonly number[])[]
  /** By movement and the one after it (or −1): the lanes to enter. */
  lanesInto(movement: number, next: number): readonly number[]
  /** Lanes of a link on which the trip begins, for a first movement. */
  lanesToBegin(link: number, next: number): readonly number[]
}

export function streetsOf(network: Network): Streets {
  const { links, movements } = network
  const lanesFrom = new Int32Array(links.length + 1)
  links.forEach(({ lanes }, i) => (lanesFrom[i + 1] = (lanesFrom[i] ?? 0) + lanes))
  const linkOfLane = Int32Array.from(links.flatMap(({ lanes }, i) => new Array<number>(lanes).fill(i)))
  const movementsFrom = links.map((): number[] => [])
  movements.forEach(({ from }, i) => movementsFrom[from]?.push(i))
  const movementsOfLane = Array.from(linkOfLane, (link, lane) =>
    (movementsFrom[link] ?? []).filter(movement =>
      movements[movement]?.fromLanes.includes(lane - (lanesFrom[link] ?? 0)),
    ),
  )
  const allOf = (link: number) =>
    Array.from({ length: links[link]?.lanes ?? 0 }, (_, i) => (lanesFrom[link] ?? 0) + i)
  const lanesFor = (link: number, next: number): readonly number[] => {
    const lanes = movements[next]?.fromLanes ?? []
    return lanes.length === 0 ? allOf(link) : lanes.map(lane => (lanesFrom[link] ?? 0) + lane)
  }
  const known = new Map<number, readonly number[]>()
  return {
    network,
    lanesFrom,
    linkOfLane,
    lengthsM: Array.from(linkOfLane, link => links[link]?.lengthM ?? 0),
    freeSpeedMs: Float64Array.from(links, ({ freeFlowKmh }) => freeFlowKmh / 3.6),
    nodeOfMovement: Int32Array.from(movements, ({ from }) => links[from]?.to ?? -1),
    movementsFrom,
    movementsOfLane,
    lanesInto(movement, next) {
      const key = (movement + 1) * (movements.length + 1) + next + 1
      const found = known.get(key)
      if (found !== undefined) return found
      const { to = -1, toLanes = [] } = movements[movement] ?? {}
      const reached = new Set(toLanes.map(lane => (lanesFrom[to] ?? 0) + lane))
      const wanted = lanesFor(to, next)
      const both = wanted.filter(lane => reached.has(lane))
      // Where the lanes it is led to do not allow the next turn, it changes on the way: it stands in the lane of that turn.
      const lanes = both.length > 0 ? both : wanted
      known.set(key, lanes)
      return lanes
    },
    lanesToBegin: lanesFor,
  }
}
