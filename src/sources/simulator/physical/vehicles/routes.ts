import type { Network } from '../../../../core/traffic/network.ts'
import { draw, PURPOSE } from '../draws.ts'
import { EventQueue } from '../event-queue.ts'
import type { Streets } from '../network/streets.ts'
import type { Routes } from '../traffic.ts'

/** What a crossing costs a driver who looks at a map, s, by turn. */
const TURN_COST_S = { through: 12, right: 10, left: 22, uturn: 60 } as const
/** What a link that is shut costs, s: nobody takes it where another way is an hour longer at most. */
const SHUT_COST_S = 3600
/** How differently a link's time is judged by those of another way: its share, either way. */
const JUDGEMENT = 0.15

/**
 * Quickest ways to a node at free flow, with the time that turns take. Each variant judges the links a little differently, so that
 * those who have the same way to go do not all take the same one. Ways are found when somebody first wants there.
 *
 * A trip ends at the end of a link that leads to its node.
 */
export function quickestRoutes(streets: Streets, seed: number): Routes {
  const known = new Map<number, Int32Array>()
  const shut = new Set<number>()
  const nodes = streets.network.nodes.length
  return {
    next(link, destination, variant) {
      const key = variant * nodes + destination
      let ways = known.get(key)
      if (ways === undefined) {
        ways = waysTo(destination, streets, index => judged(seed, index, variant), shut)
        known.set(key, ways)
      }
      return ways[link] ?? -1
    },
    setShut(link, isShut) {
      if (isShut === shut.has(link)) return
      if (isShut) shut.add(link)
      else shut.delete(link)
      known.clear()
    },
  }
}

function judged(seed: number, link: number, variant: number): number {
  return 1 + JUDGEMENT * (2 * draw(seed, link, PURPOSE.route, variant) - 1)
}

/** By link the movement to take; −1 where it leads to the destination, or where no way leads there. */
function waysTo(
  destination: number,
  { network, freeSpeedMs }: Streets,
  factor: (link: number) => number,
  shut: ReadonlySet<number>,
): Int32Array {
  const { links, movements } = network
  const ways = new Int32Array(links.length).fill(-1)
  const costS = new Float64Array(links.length).fill(Infinity)
  const done = new Uint8Array(links.length)
  const queue = new EventQueue()
  const into = movementsInto(network)
  const driveS = (link: number) =>
    ((links[link]?.lengthM ?? 0) / (freeSpeedMs[link] ?? 1)) * factor(link) +
    (shut.has(link) ? SHUT_COST_S : 0)
  links.forEach(({ to }, link) => {
    if (to !== destination) return
    costS[link] = 0
    queue.push(0, link)
  })
  while (queue.size > 0) {
    const link = queue.pop()
    if (done[link] === 1) continue
    done[link] = 1
    for (const movement of into[link] ?? []) {
      const { from, turn } = movements[movement] ?? { from: -1, turn: 'through' as const }
      const cost = (costS[link] ?? 0) + driveS(link) + TURN_COST_S[turn]
      if (from < 0 || cost >= (costS[from] ?? 0)) continue
      costS[from] = cost
      ways[from] = movement
      queue.push(cost, from)
    }
  }
  return ways
}

function movementsInto({ links, movements }: Network): number[][] {
  const into = links.map((): number[] => [])
  movements.forEach(({ to }, movement) => into[to]?.push(movement))
  return into
}
