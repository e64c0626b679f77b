import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { feedsOf } from '../../../src/app/polling/feeds-of.ts'
import { loadConfig } from '../../../src/core/config/index.ts'
import { presets } from '../../../src/sources/poll/index.ts'
import { streams } from '../../../src/streams/index.ts'

const cwd = mkdtempSync(join(tmpdir(), 'feeds-'))
afterAll(() => rmSync(cwd, { recursive: true }))

function feeds(yaml: string) {
  writeFileSync(join(cwd, 'arterial.yaml'), `city: {timeZone: America/Edmonton}\npolling:\n  feeds:\n${yaml}`)
  return feedsOf(loadConfig({ cwd, env: { KEY: 'hidden' } }), streams, presets)
}

describe('feedsOf', () => {
  it('makes feeds of the settings: preset, schedule, zone, and which instants must not lie ahead', () => {
    const [first, second] = feeds(`
    - {name: a, url: "https://a.org/x", preset: open-meteo-forecast, cron: "5 * * * *", query: {apikey: "\${env:KEY}"}}
    - {name: b, url: "https://b.org/x", stream: weather, zone: "-07:00", intervalS: 5m, mapping: {format: csv, fields: {station_id: id, timestamp: at}}}`)
    expect(first).toMatchObject({
      name: 'a',
      zone: 'America/Edmonton',
      instants: ['issued_at'],
      schedule: { says: '5 * * * *' },
      keepHours: 24,
    })
    expect(JSON.stringify(first)).not.toContain('hidden')
    expect(second).toMatchObject({
      zone: '-07:00',
      instants: ['timestamp'],
      schedule: { says: 'every 5 min' },
      format: { stream: 'weather' },
    })
  })

  it('names every feed that can’t be, in one message', () => {
    const wrong = () =>
      feeds(`
    - {name: a, url: "https://a.org/", preset: noaa}
    - {name: b, url: "https://a.org/", preset: nws, cron: "61 * * * *"}
    - {name: c, url: "https://a.org/", stream: wether, mapping: {format: csv, fields: {}}}
    - {name: d, url: "https://a.org/", stream: weather, mapping: {format: xml, fields: {}}}
    - {name: e, url: "https://a.org/", stream: weather, mapping: {format: json, fields: {station_id: id}}}
    - {name: f, url: "https://a.org/", preset: nws, zone: Mars}
    - {name: g, url: "https://a.org/", preset: nws, stream: stations}`)
    expect(wrong).toThrow(
      /has 7 feed\(s\).*"a": the preset "noaa" is unknown; there are nws.*"b".*minute: 61.*"c": the stream "wether".*"d".*json, geojson or csv.*"e".*timestamp is missing.*"f".*Mars.*"g".*is for weather/s,
    )
  })
})
