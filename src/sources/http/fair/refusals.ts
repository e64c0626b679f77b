/** Refused lines a sender may have at once: a wrong mapping is told by far fewer, a flood is stopped. */
const BURST = 250_000
/** A sender that had more waits until it is down to so many. */
const GO_ON_AT = 125_000
/** Refused lines a sender may have for ever, a second: a tenth of what the loader sets aside in that time. */
const PER_S = 10_000
/** Senders remembered; the ones without a debt are forgotten first. */
const MAX_SENDERS = 10_000

interface Debt {
  lines: number
  atMs: number
  isStopped: boolean
}

/** How far each sender is ahead of the refused lines it may have: a bucket that empties with time. */
export class Refusals {
  readonly #debts = new Map<string, Debt>()
  readonly #now: () => number

  /** @param now monotonic, ms */
  constructor(now: () => number) {
    this.#now = now
  }

  add(sender: string, lines: number): void {
    const debt = this.#debtOf(sender)
    debt.lines += lines
    if (debt.lines > BURST) debt.isStopped = true
    this.#debts.set(sender, debt)
    if (this.#debts.size > MAX_SENDERS) this.#forget()
  }

  /** ms until the sender may go on; 0 when it may now. */
  waitMs(sender: string): number {
    const debt = this.#debtOf(sender)
    return debt.isStopped ? Math.ceil(((debt.lines - GO_ON_AT) / PER_S) * 1000) : 0
  }

  #debtOf(sender: string): Debt {
    const debt = this.#debts.get(sender) ?? { lines: 0, atMs: this.#now(), isStopped: false }
    const nowMs = this.#now()
    debt.lines = Math.max(0, debt.lines - ((nowMs - debt.atMs) / 1000) * PER_S)
    debt.atMs = nowMs
    if (debt.lines <= GO_ON_AT) debt.isStopped = false
    return debt
  }

  #forget(): void {
    for (const sender of [...this.#debts.keys()])
      if (this.#debtOf(sender).lines === 0) this.#debts.delete(sender)
  }
}
