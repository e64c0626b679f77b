import type { SignalPlan } from '../../../../core/traffic/network.ts'
import type { LaneLimit } from '../lane-limits.ts'
import type { SignalMode } from '../signals/signals.ts'
import type { Traffic } from '../traffic.ts'
import type { LinkFactors } from '../vehicles/pace.ts'

/** Something that acts on traffic from a time to a time, s of the simulation's clock. Links, lanes and nodes are indexes; a lane is counted through the whole network. */
export type Happening = Span &
  (
    | { readonly kind: 'lanes'; readonly lanes: readonly number[]; readonly limit: LaneLimit }
    | { readonly kind: 'links'; readonly links: readonly number[]; readonly factors: LinkFactors }
    | { readonly kind: 'signal'; readonly node: number; readonly mode: SignalMode }
    /** A plan stays until the next one: its end does nothing. */
    | { readonly kind: 'plan'; readonly node: number; readonly plan: SignalPlan }
  )

interface Span {
  readonly fromS: number
  /** Infinite: to the end. */
  readonly toS: number
}

/**
 * What happens to traffic. Several things may at once: of limits of a lane the tightest counts, factors of a link multiply,
 * and of modes of a signal the last that began counts until it ends.
 */
export class Happenings {
  readonly #traffic: Traffic
  readonly #factors = new Map<number, LinkFactors[]>()
  readonly #modes = new Map<number, SignalMode[]>()

  constructor(traffic: Traffic) {
    this.#traffic = traffic
  }

  /** @param happening begins at a time that is not past */
  add(happening: Happening): void {
    const { fromS, toS } = happening
    if (!(toS > fromS))
      throw new RangeError(`what begins at ${fromS} s cannot end at ${toS} s: let it end later`)
    this.#traffic.at(fromS, () => {
      this.#begin(happening)
    })
    if (toS < Infinity && happening.kind !== 'plan')
      this.#traffic.at(toS, () => {
        this.#end(happening)
      })
  }

  #begin(happening: Happening): void {
    const traffic = this.#traffic
    switch (happening.kind) {
      case 'lanes':
        for (const lane of happening.lanes) traffic.limit(lane, happening.limit)
        return
      case 'links':
        for (const link of happening.links) {
          const factors = [...(this.#factors.get(link) ?? []), happening.factors]
          this.#setFactors(link, factors)
        }
        return
      case 'signal': {
        const modes = [...(this.#modes.get(happening.node) ?? []), happening.mode]
        this.#setMode(happening.node, modes)
        return
      }
      case 'plan':
        traffic.changePlan(happening.node, happening.plan)
    }
  }

  #end(happening: Exclude<Happening, { kind: 'plan' }>): void {
    switch (happening.kind) {
      case 'lanes':
        for (const lane of happening.lanes) this.#traffic.unlimit(lane, happening.limit)
        return
      case 'links':
        for (const link of happening.links)
          this.#setFactors(link, without(this.#factors.get(link) ?? [], happening.factors))
        return
      case 'signal':
        this.#setMode(happening.node, without(this.#modes.get(happening.node) ?? [], happening.mode))
    }
  }

  /** From those that are left, not by dividing: what ends leaves exactly what was before. */
  #setFactors(link: number, factors: LinkFactors[]): void {
    this.#factors.set(link, factors)
    this.#traffic.setFactors(link, {
      speed: factors.reduce((product, { speed }) => product * speed, 1),
      capacity: factors.reduce((product, { capacity }) => product * capacity, 1),
    })
  }

  #setMode(node: number, modes: SignalMode[]): void {
    this.#modes.set(node, modes)
    this.#traffic.setSignalMode(node, modes.at(-1) ?? 'plan')
  }
}

function without<T>(items: readonly T[], item: T): T[] {
  const at = items.indexOf(item)
  return at < 0 ? [...items] : items.toSpliced(at, 1)
}
