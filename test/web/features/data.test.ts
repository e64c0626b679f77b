import { describe, expect, it } from 'vitest'
import type { Loss, Status } from '../../../src/serve/contract/index.ts'
import { lossRows } from '../../../web/src/features/losses/view-model.ts'
import { healthOf, pushRate, rateText, stagesOf } from '../../../web/src/features/pipeline/view-model.ts'
import { lossText, problemCount, programOf } from '../../../web/src/state/program.ts'
import {
  filterLines,
  noLinesText,
  reasonGroups,
  reasonWords,
  visibleLine,
} from '../../../web/src/features/quarantine/view-model.ts'
import { status, T0 } from '../fixtures.ts'

describe('stagesOf', () => {
  it('follows the data from the log to gold', () => {
    expect(stagesOf(status()).map(({ title, rows }) => `${title} ${rows}`)).toEqual([
      'Log 1,000',
      'Bronze 1,000',
      'Silver 990',
      'Gold 120',
    ])
  })

  it('claims no rate into gold, whose rows are windows and not lines', () => {
    expect(stagesOf(status()).map(stage => stage.rate)).toEqual(['3.3/s', '3.3/s', '3.3/s', null])
  })

  it('shows where nothing moves', () => {
    const stages = stagesOf(status({ rates: { acceptedPerS: 5, loadedPerS: 0 } }))
    expect(stages.map(stage => stage.moving)).toEqual([true, true, false, false])
  })
})

describe('healthOf', () => {
  const tones = (more: Parameters<typeof status>[0]) => new Map(healthOf(status(more)).map(h => [h.key, h]))

  it('is good when nothing waits', () => {
    expect(tones({}).get('backlog')).toMatchObject({ value: 'Nothing', tone: 'good' })
  })

  it('warns when the loader falls behind or the engine is away', () => {
    const bad = tones({
      backlog: { records: 50_000, bytes: 18_000_000, position: 1 },
      rates: { acceptedPerS: 5, loadedPerS: 0 },
      engine: { state: 'restarting', restarts: 2 },
      freshnessMs: { p50: 3_000, p95: 40_000, p99: 50_000 },
    })
    expect(bad.get('backlog')).toMatchObject({
      value: '50K lines',
      tone: 'warn',
      detail: '18 MB, nothing is loading',
    })
    expect(bad.get('engine')).toMatchObject({ value: 'Restarting', tone: 'danger' })
    expect(bad.get('freshness')?.tone).toBe('warn')
  })

  it('does not worry about freshness before the first reading', () => {
    expect(tones({ freshnessMs: { p50: null, p95: null, p99: null } }).get('freshness')).toMatchObject({
      value: '–',
      tone: 'quiet',
    })
  })

  it('does not worry about a backlog that is gone in seconds', () => {
    const fast = {
      backlog: { records: 50_000, bytes: 1, position: 1 },
      rates: { acceptedPerS: 9e4, loadedPerS: 9e4 },
    }
    expect(tones(fast).get('backlog')?.tone).toBe('good')
  })
})

describe('the disk', () => {
  const disk = (more: Partial<Status['disk']>) =>
    healthOf(status({ disk: { freeBytes: 5e9, state: 'ok', ...more } })).find(({ key }) => key === 'disk')

  it('says how much is free, and what waits when it is too little', () => {
    expect(disk({})).toMatchObject({ value: '5.0 GB free', tone: 'good' })
    expect(disk({ state: 'low' })).toMatchObject({
      detail: 'nearly full: no readings are taken',
      tone: 'danger',
    })
    expect(disk({ state: 'full', freeBytes: 0 })).toMatchObject({ value: '0 B free', tone: 'danger' })
    expect(disk({ freeBytes: null })).toMatchObject({ value: '–', tone: 'quiet' })
  })
})

describe('the data on disk', () => {
  const shown = (bytes: Partial<NonNullable<Status['folder']>['bytes']>) => {
    const all = { segments: 46e6, lake: 20e6, oversize: 0, setAside: 0, rest: 1e6, ...bytes }
    const totalBytes = Object.values(all).reduce((sum, part) => sum + part, 0)
    const folder = { measuredAt: new Date(T0).toISOString(), totalBytes, bytes: all }
    return healthOf(status({ folder })).find(({ key }) => key === 'folder')
  }

  it('is told by part, and what was damaged and kept as a warning', () => {
    expect(shown({})).toMatchObject({
      value: '67 MB',
      detail: 'log 46 MB, tables 20 MB, other 1.0 MB',
      tone: 'quiet',
    })
    expect(shown({ setAside: 5e6 })).toMatchObject({
      detail: 'log 46 MB, tables 20 MB, damaged, kept 5.0 MB, other 1.0 MB',
      tone: 'warn',
    })
    expect(healthOf(status()).find(({ key }) => key === 'folder')).toMatchObject({
      value: '–',
      tone: 'quiet',
    })
  })
})

describe('losses', () => {
  const loss = (id: string, more: Partial<Loss> = {}): Loss => ({
    ...{ id, layer: 'log', table: null, from_position: 10, to_position: 351, records: 341, exact: true },
    ...{ in_lake: 0, gone: 341, found_at: new Date(T0).toISOString(), arrived_from: null, arrived_to: null },
    ...{ file: 'log/segments/0.log', offset: 9, bytes: 99, set_aside: null, message: 'A segment is gone' },
    acknowledged: null,
    ...more,
  })
  const noted = { at: new Date(T0).toISOString(), by: 'Ada', note: 'disk replaced' }
  const summary = (open: Loss[]) =>
    status({
      losses: { open, openCount: open.length, openRecords: open.length * 341, count: 2, records: 682 },
    })

  it('stand in the header until somebody has taken note', () => {
    expect(lossText(summary([loss('log-10')]))).toBe('341 readings lost')
    expect(lossText(summary([loss('a'), loss('b', { exact: false })]))).toBe('Up to 682 readings lost')
    expect(lossText(summary([]))).toBeNull()
  })

  it('are not counted among the problems a second time', () => {
    const since = new Date(T0).toISOString()
    const problems = [
      { code: 'records_lost', message: '', since },
      { code: 'disk_full', message: '', since },
    ]
    const program = programOf({ kind: 'live', nowMs: T0 }, status({ problems }))
    expect(problemCount(program)).toBe(1)
  })

  it('stay in the list for ever, those that nobody noted first and with the command that notes them', () => {
    const rows = lossRows([loss('old', { acknowledged: noted }), loss('log-10')], T0, 'UTC')
    expect(rows.map(({ id, command }) => [id, command])).toEqual([
      ['log-10', 'arterial losses acknowledge log-10'],
      ['old', null],
    ])
    expect(rows[1]?.facts.at(-1)).toBe('noted by Ada on Tue 3 Mar 2026: disk replaced')
  })
})

describe('pushRate', () => {
  const rate = (atS: number, acceptedPerS: number) => ({ atS, acceptedPerS, loadedPerS: 0 })

  it('keeps one value a second and no more than asked', () => {
    const history = [rate(1, 1), rate(2, 2)]
    expect(pushRate(history, rate(2, 9), 3).map(entry => entry.acceptedPerS)).toEqual([1, 9])
    expect(pushRate(history, rate(3, 3), 2).map(entry => entry.acceptedPerS)).toEqual([2, 3])
  })
})

describe('rateText', () => {
  it('says the newest and the highest rate', () => {
    expect(rateText([1, 3.4, 3])).toBe('3.0/s now, most 3.4/s')
    expect(rateText([0, 0])).toBe('0/s now, most 0/s')
    expect(rateText([])).toBe('')
  })
})

describe('reasons', () => {
  it('are in words, by stream, most frequent first', () => {
    expect(
      reasonGroups(
        [
          { stream: 'work-zones', reason: 'utf8', lines: 3 },
          { stream: 'readings', reason: 'utf8', lines: 5 },
          { stream: 'readings', reason: 'average_speed_range', lines: 20 },
        ],
        new Map([['work-zones', 'Work zones']]),
      ),
    ).toEqual([
      {
        ...{ stream: 'readings', title: 'Readings', lines: 25 },
        rows: [
          { code: 'average_speed_range', title: 'Average speed out of range', lines: 20, share: 1 },
          { code: 'utf8', title: 'Not UTF-8', lines: 5, share: 0.25 },
        ],
      },
      {
        ...{ stream: 'work-zones', title: 'Work zones', lines: 3 },
        rows: [{ code: 'utf8', title: 'Not UTF-8', lines: 3, share: 0.15 }],
      },
    ])
  })

  it('come through when the server knows one that the page does not', () => {
    expect(reasonWords('phase_of_moon')).toBe('Phase of moon')
    expect(reasonWords('range')).toBe('Range')
  })
})

describe('visibleLine', () => {
  it('shows what a terminal would obey', () => {
    expect(visibleLine('a\u0000\u001b[31m', 99)).toBe('a\\x00\\x1b[31m')
    expect(visibleLine('a\u202eb\u200b\u{e0001}é', 99)).toBe('a\\u202eb\\u200b\\u{e0001}é')
  })

  it('cuts a monster', () => {
    expect(visibleLine('x'.repeat(1_000), 10)).toBe('xxxxxxxxxx …')
  })
})

describe('filterLines', () => {
  it('looks in the line, its source and its reasons', () => {
    const line = {
      position: 1,
      arrived_at: '',
      source: 'http',
      stream: 'readings',
      reasons: ['utf8'],
      bytes: 3,
      line: 'abc',
      file: null,
    }
    expect(filterLines([line], 'HTTP utf8')).toHaveLength(1)
    expect(filterLines([line], 'mqtt')).toHaveLength(0)
  })
})

describe('noLinesText', () => {
  it('speaks of a reason only when one was chosen', () => {
    const utf8 = { stream: null, reason: 'utf8' }
    expect(noLinesText('abc', utf8)).toBe('Shorten the filter.')
    expect(noLinesText('', utf8)).toBe('Nothing is in quarantine for this reason.')
    expect(noLinesText('', { stream: 'weather', reason: null })).toBe(
      'Nothing of this stream is in quarantine.',
    )
    expect(noLinesText('', { stream: null, reason: null })).toBe('Nothing is in quarantine.')
  })
})
