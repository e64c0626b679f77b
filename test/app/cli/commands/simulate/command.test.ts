import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WireReading } from '../../../../../src/core/schema/reading.ts'
import { arterial, Stage } from '../../fake.ts'

let stage: Stage
beforeEach(() => {
  stage = new Stage()
})
afterEach(() => stage.close())

const SPAN = [
  '--from',
  '2026-11-24T12:00:00Z',
  '--to',
  '2026-11-24T12:10:00Z',
  '--size',
  '2x2',
  '--out',
  'run',
]
const simulate = (...more: string[]) => arterial(stage, ['simulate', ...SPAN, ...more])
const file = (name: string) => readFileSync(join(stage.cwd, 'run', name), 'utf8')

describe('simulate', () => {
  it('writes readings and truth into a new folder', async () => {
    const { code, stdout } = await simulate('--interval', '1m', '--truth-interval', '2m', '--seed', '7')
    expect([code, stdout]).toEqual([
      0,
      '40 readings and 125 lines of truth from 2026-11-24T12:00:00.000Z to 2026-11-24T12:10:00.000Z are in run.\n',
    ])
    const readings = file('readings.ndjson').trimEnd().split('\n')
    expect(readings.map(line => WireReading.parse(JSON.parse(line)).intersection_id)).toHaveLength(40)
    expect(file('truth.ndjson').trimEnd().split('\n')).toHaveLength(125)
    expect(JSON.parse(file('run.json'))).toMatchObject({ state: 'complete', plan: { seed: 7, grid_size: 2 } })
  })

  it('takes seed, size, interval and place from the settings, and says what it did as JSON', async () => {
    writeFileSync(
      join(stage.cwd, 'arterial.yaml'),
      'city: {timeZone: America/Edmonton, latitude: 51.05, longitude: -114.07}\nsimulation: {seed: 9, gridSize: 3, intervalS: 60}\n',
    )
    const span = ['--from', '2026-11-24T12:00:00Z', '--to', '2026-11-24T12:10:00Z']
    const { code, stdout } = await arterial(stage, ['simulate', ...span, '--out', 'run', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      state: 'complete',
      plan: { seed: 9, grid_size: 3, interval_s: 60, latitude: 51.05, time_zone: 'America/Edmonton' },
      readings: { lines: 90 },
    })
  })

  it('lets sensors fail only when told', async () => {
    expect(await simulate('--sensor-faults', '1')).toMatchObject({ code: 0 })
    expect(JSON.parse(file('run.json'))).toMatchObject({ plan: { sensor_faults: 1 } })
    expect(await simulate('--overwrite')).toMatchObject({ code: 0 })
    expect(file('truth.ndjson')).not.toContain('sensor_fault')
  })

  it('leaves a folder alone that has something in it, unless told; other files stay', async () => {
    mkdirSync(join(stage.cwd, 'run'))
    writeFileSync(join(stage.cwd, 'run', 'mine.txt'), 'mine')
    const refused = await simulate()
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/run is not empty \(mine\.txt\); choose another folder, --overwrite/)
    expect(existsSync(join(stage.cwd, 'run', 'run.json'))).toBe(false)
    expect(await simulate('--overwrite')).toMatchObject({ code: 0 })
    expect(file('mine.txt')).toBe('mine')
    writeFileSync(join(stage.cwd, 'file'), '')
    const onFile = await arterial(stage, ['simulate', ...SPAN.slice(0, -1), 'file'])
    expect([onFile.code, onFile.stderr]).toEqual([2, expect.stringMatching(/file can't be written: /)])
  })

  it.each([
    [['--from', '2026-11-44', '--to', '2026-11-25'], /It must be a day or an instant with its zone/],
    [['--from', '2026-11-24', '--to', '2026-11-24'], /--to 2026-11-24T00:00:00\.000Z must be after --from/],
    [['--from', '2026-11-24T00:00:00.5Z', '--to', '2026-11-25'], /--from .* is no whole second/],
    [['--from', '2026-11-24'], /--from and --to say which span is simulated/],
    [['--from', '2026-11-24', '--to', '2026-11-25', '--size', '10x9'], /as many streets as avenues/],
    [['--from', '2026-11-24', '--to', '2026-11-25', '--size', '41x41'], /from 1x1 to 40x40/],
    [['--from', '2026-11-24', '--to', '2026-11-25', '--interval', '2h'], /from 1s to 1h/],
    [['--from', '2026-11-24', '--to', '2026-11-25', '--seed', '-1'], /whole number from 0/],
    [['--from', '2026-11-24', '--to', '2026-11-25', '--sensor-faults', '5'], /number from 0 to 1/],
    [['--resume'], /run\.json can't be read: no simulation can be gone on with there/],
  ])('refuses %j by a sentence, and makes no folder', async (flags, sentence) => {
    const { code, stderr } = await arterial(stage, ['simulate', '--out', 'run', ...flags])
    expect([code, stderr]).toEqual([2, expect.stringMatching(sentence)])
    expect(existsSync(join(stage.cwd, 'run'))).toBe(false)
  })

  it('stopped by Ctrl-C says how far the files are whole and how to go on; --resume takes it up as it was begun', async () => {
    const stop = new AbortController()
    stop.abort()
    const stopped = await arterial(stage, ['simulate', ...SPAN], { signal: stop.signal })
    expect(stopped.code).toBe(130)
    expect(stopped.stderr).toMatch(
      /whole until 2026-11-24T12:00:00\.000Z\. `arterial simulate --resume --out run` goes on/,
    )
    expect(JSON.parse(file('run.json'))).toMatchObject({ state: 'stopped', readings: { lines: 0 } })
    const other = await arterial(stage, ['simulate', '--resume', '--out', 'run', '--seed', '8'])
    expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(/leave out --seed/)])
    expect(await arterial(stage, ['simulate', '--resume', '--out', 'run'])).toMatchObject({ code: 0 })
    const resumed = file('readings.ndjson')
    expect(await arterial(stage, ['simulate', '--resume', '--out', 'run'])).toMatchObject({ code: 0 })
    expect(await simulate('--overwrite')).toMatchObject({ code: 0 })
    expect(file('readings.ndjson')).toBe(resumed)
  })
})
