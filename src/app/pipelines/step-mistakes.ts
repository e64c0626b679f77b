import { nearest } from '../../core/config/nearest.ts'
import { isStepKind, STEP_KINDS } from './step-kinds.ts'

/** What of a step is looked at here. */
interface NamedStep {
  readonly name: string
  readonly does?: string | undefined
  readonly job?: string | undefined
  readonly needs: readonly string[]
}

export interface StepMistake {
  /** In the file. */
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** What is wrong with steps that are well formed each: names that are not there, or twice, and circles. */
export function stepMistakes(steps: readonly NamedStep[], jobs: readonly string[]): StepMistake[] {
  const names = steps.map(step => step.name)
  const found = steps.flatMap((step, i) => [
    ...(names.indexOf(step.name) === i ? [] : [twice(step.name, i, names)]),
    ...doneMistakes(step, i, jobs),
    ...needMistakes(step, i, names),
  ])
  // Of names that are wrong no circle can be told.
  return found.length > 0 ? found : circleMistakes(steps)
}

function twice(name: string, i: number, names: readonly string[]): StepMistake {
  const first = names.indexOf(name) + 1
  return {
    path: ['steps', i, 'name'],
    message: `"${name}" is used twice, by steps ${first} and ${i + 1}; allowed: a name of its own each`,
  }
}

function doneMistakes({ does, job }: NamedStep, i: number, jobs: readonly string[]): StepMistake[] {
  if ((does === undefined) === (job === undefined)) {
    const message = 'has no does and no job, or both; allowed: one of them'
    return [{ path: ['steps', i], message }]
  }
  if (does !== undefined && !isStepKind(does)) {
    const kinds = Object.keys(STEP_KINDS)
    const isJob = jobs.includes(does)
    const message = isJob
      ? `"${does}" is a job; allowed: job: ${does}`
      : `"${does}" is nothing that a step does${meant(does, kinds)}; allowed: ${kinds.join(', ')}, or job: with the name of a job`
    return [{ path: ['steps', i, 'does'], message }]
  }
  if (job !== undefined && !jobs.includes(job)) {
    const known = jobs.length === 0 ? 'the settings name none' : `there are ${jobs.join(', ')}`
    const message = `there is no job "${job}"${meant(job, jobs)}; ${known}. A pipeline is no step of another`
    return [{ path: ['steps', i, 'job'], message }]
  }
  return []
}

function needMistakes({ name, needs }: NamedStep, i: number, names: readonly string[]): StepMistake[] {
  return needs.flatMap((need, n): StepMistake[] => {
    const path = ['steps', i, 'needs', n]
    if (need === name) return [{ path, message: `"${name}" needs itself; take it away` }]
    if (needs.indexOf(need) !== n) return [{ path, message: `"${need}" stands here twice; take one away` }]
    if (names.includes(need)) return []
    return [
      { path, message: `there is no step "${need}"${meant(need, names)}; there are ${names.join(', ')}` },
    ]
  })
}

function meant(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  return near === null ? '' : ` (did you mean "${near}"?)`
}

/** Steps that need each other in a circle; one is told, the first that is met. */
function circleMistakes(steps: readonly NamedStep[]): StepMistake[] {
  const byName = new Map(steps.map(step => [step.name, step]))
  const done = new Set<string>()
  const walk = (name: string, way: readonly string[]): readonly string[] | null => {
    const at = way.indexOf(name)
    if (at >= 0) return [...way.slice(at), name]
    if (done.has(name)) return null
    for (const need of byName.get(name)?.needs ?? []) {
      const circle = walk(need, [...way, name])
      if (circle !== null) return circle
    }
    done.add(name)
    return null
  }
  for (const { name } of steps) {
    const circle = walk(name, [])
    if (circle === null) continue
    const i = steps.findIndex(step => step.name === circle[0])
    const message = `${circle.map(one => `"${one}"`).join(' needs ')}: a circle, in which none can begin; take one of these needs away`
    return [{ path: ['steps', i, 'needs'], message }]
  }
  return []
}
