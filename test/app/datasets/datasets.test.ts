import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { datasetsOf } from '../../../src/app/datasets/index.ts'
import { loadConfig } from '../../../src/core/config/index.ts'
import { streams } from '../../../src/streams/index.ts'

const cwd = mkdtempSync(join(tmpdir(), 'datasets-'))
afterAll(() => rmSync(cwd, { recursive: true }))

const FIELDS = '{event_id: key, title: name, updated_at: changed, starts_at: begins, ends_at: begins}'
const MAPPED = `stream: events, constants: {kind: concert, status: confirmed}, mapping: {format: csv, fields: ${FIELDS}}`
const reader = { name: 'calgary-incidents', stream: 'events', rows: () => [] }

function datasets(yaml: string, readers = [reader]) {
  writeFileSync(join(cwd, 'arterial.yaml'), `city: {timeZone: America/Denver}\njobs:\n  datasets:\n${yaml}`)
  return datasetsOf(loadConfig({ cwd, env: { TOKEN: 'hidden' } }), streams, readers)
}

describe('datasets of the settings', () => {
  it('have what they say, else what their preset says', () => {
    const [archive, live, own] = datasets(`
    - {name: archive, preset: calgary-traffic-incidents, appToken: "\${env:TOKEN}"}
    - {name: live, preset: calgary-live-incidents, cron: never, address: "https://mirror.example.org/d/4jah-h97u"}
    - {name: own, address: "https://data.example.org/resource/abcd-1234", cron: "0 3 * * *", reconcileDays: 7, ${MAPPED}}`)
    expect(archive).toMatchObject({
      source: { origin: 'https://data.calgary.ca', id: '35ra-9556', pageRows: 10_000 },
      schedule: { says: '0 17 1,15 * *' },
      scheduleZone: 'America/Edmonton',
      reconcileDays: 0,
    })
    const source = archive?.source ?? null
    expect(source !== null && 'appToken' in source && source.appToken?.reveal()).toBe('hidden')
    expect(JSON.stringify(archive)).not.toContain('hidden')
    expect(live).toMatchObject({
      source: { origin: 'https://mirror.example.org', id: '4jah-h97u' },
      schedule: null,
      reconcileDays: null,
    })
    expect(own).toMatchObject({
      source: { format: 'csv' },
      schedule: { says: '0 3 * * *' },
      scheduleZone: 'America/Denver',
      reconcileDays: 7,
      wants: {
        needs: [['key'], ['name'], ['changed'], ['begins']],
        reads: ['key', 'name', 'changed', 'begins'],
        typed: ['changed', 'begins', 'begins'],
      },
    })
  })

  it('may be plain files at an address, of which what is missing says nothing', () => {
    const [record] = datasets(
      '    - {name: record, preset: calgary-traffic-incidents, url: "https://mirror.example.org/incidents.csv"}',
    )
    expect(record).toMatchObject({
      source: { url: 'https://mirror.example.org/incidents.csv' },
      schedule: { says: '0 17 1,15 * *' },
      reconcileDays: null,
    })
    const url = 'url: "https://mirror.example.org/a.csv"'
    expect(() => datasets(`    - {name: a, ${url}, reconcileDays: 1, ${MAPPED}}`)).toThrow(/leave it out/)
    expect(() =>
      datasets(`    - {name: a, ${url}, address: "https://data.example.org/d/abcd-1234", ${MAPPED}}`),
    ).toThrow(/stands beside an address/)
    expect(() => datasets(`    - {name: a, url: "https://u:s3cr3t@example.org/a.csv", ${MAPPED}}`)).toThrow(
      /datasets\[0\]\.url: a secret must not stand here/,
    )
  })

  it('without an address take only files', () => {
    expect(datasets(`    - {name: own, ${MAPPED}}`)[0]).toMatchObject({ source: null, schedule: null })
  })

  it('that can’t be are all named, in one message', () => {
    const wrong = () =>
      datasets(
        `
    - {name: a, preset: calgary}
    - {name: b, address: "https://data.example.org/x", ${MAPPED}}
    - {name: c, address: "https://data.example.org/d/abcd-1234", cron: "61 * * * *", ${MAPPED}}
    - {name: d, stream: wether, mapping: {format: csv, fields: {}}}
    - {name: e, reconcileDays: 1, stream: weather, constants: {station_id: x}, mapping: {format: csv, fields: {timestamp: at}}}
    - {name: f, preset: calgary-live-incidents}`,
        [],
      )
    expect(wrong).toThrow(
      /has 6 dataset\(s\).*"a": the preset "calgary" is unknown; there are calgary-traffic.*"b".*names no Socrata dataset.*"c".*minute: 61.*"d": the stream "wether".*"e".*never withdrawn.*"f".*needs the reader calgary-incidents/s,
    )
  })

  it('show no secret that stands in the wrong place', () => {
    const text = (yaml: string) => {
      try {
        datasets(yaml)
        return ''
      } catch (error) {
        return String(error)
      }
    }
    const token = text(`    - {name: a, appToken: s3cr3t, ${MAPPED}}`)
    expect(token).toContain('jobs.datasets[0].appToken: a secret must not stand here')
    const address = text(
      `    - {name: a, address: "https://u:s3cr3t@data.example.org/d/abcd-1234", ${MAPPED}}`,
    )
    expect(address).toContain('jobs.datasets[0].address: a secret must not stand here')
    expect(token + address).not.toContain('s3cr3t')
    expect(text(`    - {name: output-a, ${MAPPED}}`)).toContain(
      'begins with output-, as the jobs of outputs do',
    )
    expect(text(`    - {name: a, ${MAPPED}}\n    - {name: a, preset: x, ${MAPPED}}`)).toMatch(
      /"a" is used twice[^]*no preset and no mapping, or both/,
    )
  })
})
