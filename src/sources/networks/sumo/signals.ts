import { FeedError } from '../../../core/feed-error.ts'
import type { Link, Movement, NetworkNode, SignalPlan } from '../../../core/traffic/network.ts'
import type { Findings } from '../report.ts'
import { planOf } from './plan.ts'
import type { Signalled } from './plan.ts'
import type { SumoConnection, SumoFile, SumoProgram } from './read.ts'

/** A movement and the connections, lane by lane, that it is made of. */
export interface Crossing {
  readonly movement: Movement
  readonly connections: readonly SumoConnection[]
}

/** Programs whose lengths are what they are, or from which the ones written down are taken. */
const TIMED = new Set(['static', 'actuated', 'delay_based'])

/** The plan of each node, and the movements that are left: one that its program never lets go is none. */
export function signalsOf(
  file: string,
  { programs }: SumoFile,
  links: readonly Link[],
  crossings: readonly Crossing[],
  nodes: readonly NetworkNode[],
  findings: Findings,
): { readonly signals: (SignalPlan | null)[]; readonly served: Movement[] } {
  const used = crossings.map(crossing => programOf(file, crossing, programs, findings))
  const chosen = new Map<number, SumoProgram>()
  crossings.forEach(({ movement }, i) => {
    const node = links[movement.from]?.to ?? -1
    const program = used[i] ?? null
    if (program !== null && !chosen.has(node)) chosen.set(node, program)
    else if (program !== null && chosen.get(node) !== program)
      findings.guessed('movements of a second signal of one junction go by the first', program.id)
  })
  const indexes = crossings.map(({ connections }) =>
    connections.filter(({ tl }) => tl !== null).map(of => of.linkIndex),
  )
  const goes = crossings.map(({ movement, connections }, i) => {
    const program = chosen.get(links[movement.from]?.to ?? -1)
    if (program === undefined || used[i] === null) return true
    const ever = program.phases.some(({ state }) =>
      (indexes[i] ?? []).some(at => /[Ggo]/i.test(state[at] ?? 'r')),
    )
    const [{ from, to } = { from: '', to: '' }] = connections
    if (!ever) findings.dropped('movements that never have green', `${from} > ${to}`)
    return ever
  })
  const kept = crossings.flatMap((crossing, i) =>
    goes[i] === true ? [{ crossing, at: indexes[i] ?? [] }] : [],
  )
  const at = nodes.map((): Signalled[] => [])
  kept.forEach(({ crossing, at: indexes }, movement) =>
    at[links[crossing.movement.from]?.to ?? -1]?.push({ movement, indexes }),
  )
  const signals = nodes.map((_, node) => {
    const program = chosen.get(node)
    if (program === undefined) return null
    const here = at[node] ?? []
    tell(
      program,
      here.flatMap(of => of.indexes),
      findings,
    )
    return planOf(program, here)
  })
  return { signals, served: kept.map(({ crossing }) => crossing.movement) }
}

/** The program that the connections go by: the last of its id, null where they have none or one without times. */
function programOf(
  file: string,
  { connections }: Crossing,
  programs: SumoFile['programs'],
  findings: Findings,
): SumoProgram | null {
  const signalled = connections.find(({ tl }) => tl !== null)
  if (signalled?.tl === undefined || signalled.tl === null) return null
  const { tl, from, to } = signalled
  const of = programs.get(tl)
  const program = of?.at(-1)
  const connection = `${file}: the connection from "${from}" to "${to}"`
  const remedy = 'run netconvert on the network again.'
  if (of === undefined || program === undefined)
    throw new FeedError(`${connection} goes by the signal "${tl}", which the file does not have; ${remedy}`)
  if (of.length > 1) findings.note(`Of the ${of.length} programs of the signal "${tl}" the last is read.`)
  if (!TIMED.has(program.type)) {
    findings.dropped(`signals of the type ${program.type}`, tl)
    return null
  }
  for (const { linkIndex } of connections)
    for (const { state } of program.phases)
      if (linkIndex >= state.length)
        throw new FeedError(
          `${connection} has the linkIndex ${linkIndex}, and the signal "${tl}" a phase of ${state.length} signals (${state}); ${remedy}`,
        )
  if (program.phases.length === 0) throw new FeedError(`${file}: the signal "${tl}" has no phases; ${remedy}`)
  return program
}

function tell({ id, type, phases }: SumoProgram, indexes: readonly number[], findings: Findings): void {
  if (type !== 'static')
    findings.guessed(`programs of the type ${type} run with the lengths of their phases in the file`, id)
  const shown = (signal: RegExp) =>
    phases.some(({ state }) => indexes.some(at => signal.test(state[at] ?? '')))
  if (shown(/g/)) findings.guessed('greens that must yield (g) are taken as full greens', id)
  if (shown(/s/)) findings.guessed('turns after a stop (s) are taken as red', id)
  if (shown(/o/i)) findings.guessed('signals that are off (o, O) are taken as green', id)
}
