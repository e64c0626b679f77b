import { describe, expect, it } from 'vitest'
import {
  entryRows,
  lineageSteps,
  qualityLines,
  schemaDiffs,
  shareText,
} from '../../../web/src/features/catalog/view-model.ts'
import { aDetail, anEntry } from '../../serve/catalog-answers.ts'

const CLOCK_MS = Date.parse('2026-11-27T17:00:00Z')

describe('the list of the catalogue', () => {
  it('has datasets, those with trouble first, apart from tables', () => {
    const table = anEntry('silver.events', { kind: 'table', quality: null, newest_at: null, rows: null })
    const { datasets, tables } = entryRows(
      [anEntry('a'), table, anEntry('b', { late: true }), anEntry('c', { held: 'no start_dt' })],
      CLOCK_MS,
    )
    expect(datasets.map(({ name, trouble }) => [name, trouble])).toEqual([
      ['b', 'Its newest record is older than its schedule allows.'],
      ['c', 'no start_dt'],
      ['a', null],
    ])
    expect(datasets[2]).toMatchObject({
      rows: '15,235',
      newest: '3 h ago',
      received: '2 h ago',
      quality: '99.8 %',
    })
    expect(tables).toMatchObject([{ name: 'silver.events', rows: '–', newest: '–', quality: '–' }])
  })
})

describe('a dataset in full', () => {
  it('shows what changed in its columns as a diff', () => {
    expect(schemaDiffs(aDetail('a'))).toEqual([
      {
        since: '2026-11-27T15:00:00.000Z',
        held: false,
        lines: [{ sign: '+', text: 'severity text', breaking: false }],
      },
    ])
    const [newest] = aDetail('a').schemas
    if (newest === undefined) throw new Error('there is none')
    const changes = [
      { column: 'x', change: 'removed', from: 'text', to: null, breaking: true },
      { column: 'y', change: 'retyped', from: 'number', to: 'text', breaking: true },
    ] as const
    const held = { ...aDetail('a'), schemas: [{ ...newest, accepted: false, changes: [...changes] }] }
    expect(schemaDiffs(held)[0]).toMatchObject({
      held: true,
      lines: [
        { sign: '−', text: 'x' },
        { sign: '~', text: 'y number → text' },
      ],
    })
  })

  it('has its quality over the versions that were taken, oldest first', () => {
    const detail = aDetail('a')
    const [newer, older] = detail.versions
    if (newer?.quality == null || older === undefined) throw new Error('there is none')
    const poor = { ...older, quality: { ...newer.quality, validity: 0.5, completeness: null } }
    const lines = qualityLines({ ...detail, versions: [newer, { ...older, state: 'held' }, poor] })
    expect(lines.map(({ label, value }) => `${label} ${value}`)).toEqual([
      'Completeness 99.8 %',
      'Validity 99.9 %',
      'Uniqueness 100.0 %',
    ])
    expect(lines[0]?.shortfall[0]).toBeNull()
    expect(lines[1]?.shortfall).toEqual([0.5, 1 - 0.9996])
    expect(lines[1]?.says).toBe('Share of rows that are refused over 2 versions')
    const changed = { ...newer, quality: { ...newer.quality, restated: 12 } }
    const [, , , unmarked] = qualityLines({ ...detail, versions: [changed, poor] })
    expect(unmarked).toMatchObject({ label: 'Unmarked', value: '12', shortfall: [0, 12 / newer.rows] })
  })

  it('shows the way into the tables, and nothing of it while the engine is away', () => {
    expect(lineageSteps(aDetail('a')).map(({ title, text }) => `${title}: ${text}`)).toEqual([
      'Source: data.example.org/abcd-1234',
      'Landing: 2 versions, newest 9f86d081884c',
      'Log: 15,238 records of job:a',
      'Loaded of the newest: 115 rows, 5 in quarantine, 0 repeats',
      'silver.incident_versions: 15,233 rows',
      'silver.incidents: 14,980 rows',
      'gold.incident_daily: 2,190 rows',
    ])
    expect(lineageSteps({ ...aDetail('a'), lineage: null })).toEqual([])
  })

  it('never rounds up to all', () => {
    expect([shareText(0.99999), shareText(1), shareText(0)]).toEqual(['99.9 %', '100.0 %', '0.0 %'])
  })
})
