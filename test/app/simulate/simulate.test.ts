import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readRunState, writeRunState } from '../../../src/app/simulate/run-state.ts'
import type { RunPlan, RunState } from '../../../src/app/simulate/run-state.ts'
import { simulate } from '../../../src/app/simulate/simulate.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'arterial-simulate-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const PLAN: RunPlan = {
  version: '0.1.0',
  from: '2026-11-24T12:00:00.000Z',
  to: '2026-11-24T12:30:00.000Z',
  seed: 42,
  grid_size: 3,
  interval_s: 30,
  truth_interval_s: 300,
  sensor_faults: 0,
  latitude: 40.7128,
  longitude: -74.006,
  time_zone: 'America/New_York',
}

const FILES = ['readings.ndjson', 'truth.ndjson'] as const
const written = (folder: string) => FILES.map(name => readFileSync(join(folder, name), 'utf8'))
const fresh = (name: string) => mkdtempSync(join(root, `${name}-`))

/** Runs, and is stopped once so much of the span is done. */
async function run(folder: string, before: RunState | null = null, stopAt = Infinity): Promise<RunState> {
  const stop = new AbortController()
  return simulate({
    ...{ folder, plan: PLAN, before, signal: stop.signal },
    onProgress: ({ done }) => {
      if (done >= stopAt) stop.abort()
    },
  })
}

describe('a simulation into files', () => {
  it('writes the same bytes twice, and says how many', async () => {
    const [one, other] = [fresh('one'), fresh('other')]
    const state = await run(one)
    await run(other)
    const [readings = '', truth = ''] = written(one)
    expect(written(other)).toEqual([readings, truth])
    expect(state).toMatchObject({
      state: 'complete',
      until: PLAN.to,
      readings: { lines: 9 * 60, bytes: readings.length },
      truth: { lines: truth.split('\n').length - 1, bytes: truth.length },
    })
    expect(await readRunState(one)).toEqual(state)
  })

  it.each([0, 0.3, 0.8])('that was stopped at %d is gone on with to the same bytes', async share => {
    const [whole, stopped] = [fresh('whole'), fresh('stopped')]
    await run(whole)
    const state = await run(stopped, null, share)
    expect(state.state).toBe('stopped')
    // Whole lines, as far as it says.
    const [readings = ''] = written(stopped)
    expect(readings.length).toBe(state.readings.bytes)
    expect(readings.split('\n').length - 1).toBe(state.readings.lines)
    expect(await readRunState(stopped)).toEqual(state)
    expect(await run(stopped, state)).toMatchObject({ state: 'complete' })
    expect(written(stopped)).toEqual(written(whole))
  })

  it('stopped again while it simulates what is there stays as it was', async () => {
    const folder = fresh('twice')
    const state = await run(folder, null, 0.6)
    const there = written(folder)
    expect(await run(folder, state, 0.2)).toEqual(state)
    expect(written(folder)).toEqual(there)
    expect(await readRunState(folder)).toEqual(state)
  })

  it('that was killed goes on from what its state says: lines behind that are written again', async () => {
    const [whole, killed] = [fresh('whole'), fresh('killed')]
    await run(whole)
    const state = await run(killed, null, 0.3)
    await writeRunState(killed, { ...state, state: 'running' })
    appendFileSync(join(killed, FILES[0]), '{"sensor_id":"INT-00')
    await run(killed, await readRunState(killed))
    expect(written(killed)).toEqual(written(whole))
  })

  it('is not gone on with where a file was changed or cut', async () => {
    const folder = fresh('changed')
    const state = await run(folder, null, 0.6)
    const path = join(folder, FILES[1])
    writeFileSync(path, readFileSync(path, 'utf8').replace('"kind":"link"', '"kind":"LINK"'))
    await expect(run(folder, state)).rejects.toThrow(/truth\.ndjson was changed since .* begin anew with/)
    truncateSync(path, 100)
    await expect(run(folder, state)).rejects.toThrow(
      /truth\.ndjson has 100 bytes where its run had written \d+/,
    )
  })

  it('says by a sentence what no state is', async () => {
    const folder = fresh('none')
    await expect(readRunState(folder)).rejects.toThrow(
      /run\.json can't be read: .* begin one with --from and --to/,
    )
    writeFileSync(join(folder, 'run.json'), '{"plan":')
    await expect(readRunState(folder)).rejects.toThrow(/is no state of a simulation/)
  })
})
