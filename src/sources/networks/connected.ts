import type { Network, SignalPlan } from '../../core/traffic/network.ts'
import type { Findings } from './report.ts'

/**
 * The part of a network in which every link can be come to and left: of the largest part that hangs together, the largest strongly connected component of
 * its links, where the world outside joins the dead ends to the beginnings. The rest is told.
 *
 * Source: R. E. Tarjan, Depth-first search and linear graph algorithms (1972), in S. R. Kosaraju's form of two searches.
 */
export function connectedPart(network: Network, findings: Findings): Network {
  const { links } = network
  const piece = largestPiece(network)
  const strong = strongPart(network, piece)
  links.forEach(({ id }, link) => {
    if (piece[link] !== 1) findings.dropped('links of parts that do not hang together with the largest', id)
    else if (strong[link] !== 1)
      findings.dropped('links to which no way leads, or from which none leads on', id)
  })
  return strong.includes(0) ? only(network, strong) : network
}

/** By link 1 where it belongs to the largest part (by length of its links) that hangs together. */
function largestPiece({ nodes, links }: Network): Uint8Array {
  const parent = Int32Array.from(nodes, (_, node) => node)
  const root = (node: number): number => {
    let at = node
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] ?? at] ?? at
      at = parent[at] ?? at
    }
    return at
  }
  for (const { from, to } of links) parent[root(from)] = root(to)
  const roots = links.map(({ from }) => root(from))
  const best = heaviest(roots, links)
  return Uint8Array.from(roots, of => (of === best ? 1 : 0))
}

/** By link 1 where it belongs to the largest strongly connected component within `piece`. */
function strongPart({ links, movements }: Network, piece: Uint8Array): Uint8Array {
  const outside = links.length
  const forth = Array.from({ length: outside + 1 }, (): number[] => [])
  const back = Array.from({ length: outside + 1 }, (): number[] => [])
  const join = (from: number, to: number): void => {
    forth[from]?.push(to)
    back[to]?.push(from)
  }
  for (const { from, to } of movements) if (piece[from] === 1 && piece[to] === 1) join(from, to)
  // Dead ends are told before the world outside is joined to them.
  const [ends, begins] = [forth, back].map(of => links.map((_, link) => of[link]?.length === 0))
  links.forEach((_, link) => {
    if (piece[link] !== 1) return
    if (ends?.[link] === true) join(link, outside)
    if (begins?.[link] === true) join(outside, link)
  })
  const component = new Int32Array(outside + 1).fill(-1)
  for (const first of finished(forth).toReversed()) {
    if (component[first] !== -1) continue
    component[first] = first
    for (const stack = [first]; stack.length > 0;) {
      for (const next of back[stack.pop() ?? -1] ?? []) {
        if (component[next] !== -1) continue
        component[next] = first
        stack.push(next)
      }
    }
  }
  const of = Array.from(component.subarray(0, outside), (root, link) => (piece[link] === 1 ? root : -1))
  const best = heaviest(of, links)
  return Uint8Array.from(of, root => (root === best ? 1 : 0))
}

/** Vertices in the order in which a depth-first search leaves them. */
function finished(edges: readonly (readonly number[])[]): number[] {
  const order: number[] = []
  const seen = new Uint8Array(edges.length)
  const next = new Int32Array(edges.length)
  edges.forEach((_, first) => {
    if (seen[first] === 1) return
    seen[first] = 1
    for (const stack = [first]; stack.length > 0;) {
      const at = stack.at(-1) ?? -1
      const to = edges[at]?.[next[at] ?? 0]
      next[at] = (next[at] ?? 0) + 1
      if (to === undefined) order.push(stack.pop() ?? -1)
      else if (seen[to] !== 1) {
        seen[to] = 1
        stack.push(to)
      }
    }
  })
  return order
}

function heaviest(groups: readonly number[], links: Network['links']): number {
  const lengths = new Map<number, number>()
  groups.forEach((group, link) => {
    if (group >= 0) lengths.set(group, (lengths.get(group) ?? 0) + (links[link]?.lengthM ?? 0))
  })
  return Array.from(lengths).reduce((best, one) => (one[1] > best[1] ? one : best), [-1, -1])[0]
}

/** The network with some of its links, the nodes they meet at, and what is left of movements and plans. */
function only({ nodes, links, movements, signals }: Network, keep: Uint8Array): Network {
  const met = new Set(links.flatMap(({ from, to }, link) => (keep[link] === 1 ? [from, to] : [])))
  const nodeAt = renumbered(nodes.map((_, node) => met.has(node)))
  const linkAt = renumbered(links.map((_, link) => keep[link] === 1))
  const movementAt = renumbered(movements.map(({ from, to }) => keep[from] === 1 && keep[to] === 1))
  return {
    nodes: nodes.filter((_, node) => met.has(node)),
    links: links
      .filter((_, link) => keep[link] === 1)
      .map(link => ({ ...link, from: nodeAt[link.from] ?? -1, to: nodeAt[link.to] ?? -1 })),
    movements: movements
      .filter((_, movement) => (movementAt[movement] ?? -1) >= 0)
      .map(of => ({ ...of, from: linkAt[of.from] ?? -1, to: linkAt[of.to] ?? -1 })),
    signals: signals.filter((_, node) => met.has(node)).map(plan => withMovements(plan, movementAt)),
  }
}

function renumbered(kept: readonly boolean[]): number[] {
  let next = 0
  return kept.map(isKept => (isKept ? next++ : -1))
}

function withMovements(plan: SignalPlan | null, at: readonly number[]): SignalPlan | null {
  if (plan === null) return null
  const phases = plan.phases
    .map(phase => ({ ...phase, movements: phase.movements.map(of => at[of] ?? -1).filter(of => of >= 0) }))
    .filter(({ movements }) => movements.length > 0)
  return phases.length === 0 ? null : { ...plan, phases }
}
