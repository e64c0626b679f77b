import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { watchInterrupts } from '../../../src/app/cli/interrupt.ts'

function watched() {
  const source = new EventEmitter()
  let nowMs = 1000
  let ended = 0
  const signal = watchInterrupts(
    source,
    () => (ended += 1),
    () => nowMs,
  )
  const press = (name: string, afterMs: number) => {
    nowMs += afterMs
    source.emit(name)
  }
  return { press, signal, ended: () => ended }
}

describe('watchInterrupts', () => {
  it('aborts at the first signal of any kind', () => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      const { press, signal, ended } = watched()
      expect(signal.aborted).toBe(false)
      press(name, 0)
      expect([signal.aborted, ended()]).toEqual([true, 0])
    }
  })

  it('takes what npm passes on for the same key press', () => {
    const { press, ended } = watched()
    press('SIGINT', 0)
    press('SIGINT', 3)
    press('SIGINT', 90)
    expect(ended()).toBe(0)
  })

  it('ends at once at a second press', () => {
    const { press, ended } = watched()
    press('SIGINT', 0)
    press('SIGINT', 700)
    expect(ended()).toBe(1)
  })
})
