import type { ObjectStore } from '../../../src/storage/index.ts'

/** What a publisher does to its store, by what it is for. */
export const STEPS = ['parquet', 'commit', 'checkpoint', 'hint', 'removal'] as const
export type Step = (typeof STEPS)[number]

export interface Death {
  readonly step: Step
  /** Counted from 0. */
  readonly nth: number
  readonly when: 'before' | 'after'
}

/** Nothing is done any more: the process would be dead. */
export class Killed extends Error {}

/**
 * A store during one life of a publisher, which ends before or after a step of it was done.
 * @param die ends the process; where it comes back, every call from then on throws
 */
export function dyingStore(store: ObjectStore, death: Death, die: () => void): ObjectStore {
  let met = 0
  let isDead = false
  const end = () => {
    isDead = true
    die()
    throw new Killed(`killed ${death.when} ${death.step} ${death.nth}`)
  }
  const at = async <T>(step: Step | null, call: () => Promise<T>): Promise<T> => {
    if (isDead) throw new Killed('dead already')
    const isHere = step === death.step && met++ === death.nth
    if (isHere && death.when === 'before') end()
    const done = await call()
    if (isHere) end()
    return done
  }
  return {
    where: store.where,
    isThere: () => at(null, () => store.isThere()),
    make: () => at(null, () => store.make()),
    put: (key, bytes) => at(stepOf(key), () => store.put(key, bytes)),
    putIfAbsent: (key, bytes) => at('commit', () => store.putIfAbsent(key, bytes)),
    putFile: (key, path) => at('parquet', () => store.putFile(key, path)),
    get: key => at(null, () => store.get(key)),
    range: (key, start, length) => at(null, () => store.range(key, start, length)),
    has: key => at(null, () => store.has(key)),
    list: prefix => at(null, () => store.list(prefix)),
    objects: prefix => at(null, () => store.objects(prefix)),
    remove: key => at('removal', () => store.remove(key)),
  }
}

function stepOf(key: string): Step | null {
  if (key.endsWith('.checkpoint.parquet')) return 'checkpoint'
  if (key.endsWith('_last_checkpoint')) return 'hint'
  return key.endsWith('.parquet') ? 'parquet' : null
}
