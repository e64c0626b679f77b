/** One line of the table that a run prints. */
export interface Round {
  readonly round: string
  readonly what: string
  /** From the kill until readings are taken and shown again, ms. */
  readonly downMs: number | null
  readonly acknowledged: number
  readonly lost: number | null
  readonly doubled: number | null
  readonly verify: string
}

const TITLES = ['round', 'what', 'down s', 'acknowledged', 'lost', 'doubled', 'verify'] as const
const WIDTHS = [8, 44, 7, 13, 5, 8, 8] as const

/** Prints rounds as they happen, and counts what passed and failed. */
export class Report {
  passed = 0
  failed = 0
  /** Processes that were killed hard. */
  kills = 0
  readonly #rounds: Round[] = []

  constructor() {
    print(line([...TITLES]))
    print(WIDTHS.map(width => '─'.repeat(width)).join('  '))
  }

  add(round: Round): void {
    this.#rounds.push(round)
    const count = (n: number | null) => (n === null ? '–' : n.toLocaleString('en'))
    print(
      line([
        round.round,
        round.what,
        round.downMs === null ? '–' : (round.downMs / 1000).toFixed(1),
        count(round.acknowledged),
        count(round.lost),
        count(round.doubled),
        round.verify,
      ]),
    )
  }

  /** Notes one expectation. */
  expect(holds: boolean, failure: string): void {
    if (holds) {
      this.passed++
      return
    }
    this.failed++
    print(`  ✗ ${failure}`)
  }

  end(): void {
    const downs = this.#rounds
      .flatMap(({ downMs }) => (downMs === null ? [] : [downMs]))
      .sort((a, b) => a - b)
    const at = (share: number) => ((downs[Math.floor(share * (downs.length - 1))] ?? 0) / 1000).toFixed(1)
    if (downs.length > 0) print(`\ndown: median ${at(0.5)} s, longest ${at(1)} s`)
    print(`${this.kills} kills`)
    print(`${this.passed} passed, ${this.failed} failed`)
  }
}

function line(cells: readonly string[]): string {
  return cells
    .map((cell, i) => (i < 2 ? cell.padEnd(WIDTHS[i] ?? 0) : cell.padStart(WIDTHS[i] ?? 0)))
    .join('  ')
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
