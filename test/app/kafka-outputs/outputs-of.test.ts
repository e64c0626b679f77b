import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { kafkaOutputsOf } from '../../../src/app/kafka-outputs/index.ts'
import { loadConfig } from '../../../src/core/config/index.ts'
import { streams } from '../../../src/streams/index.ts'

const cwd = mkdtempSync(join(tmpdir(), 'kafka-outputs-'))
afterAll(() => rmSync(cwd, { recursive: true }))

function outputsOf(topics: readonly string[], more = '') {
  const yaml = topics.map(topic => `        - ${topic}\n`).join('')
  const output = `kafka:\n  outputs:\n    - name: others\n      brokers: ['127.0.0.1:9092']\n      tls: off\n      topics:\n${yaml}`
  writeFileSync(join(cwd, 'arterial.yaml'), `${more}${output}`)
  return kafkaOutputsOf(loadConfig({ cwd, env: {} }), streams)
}

const hourly = '{topic: hourly, from: gold.hourly_summary, key: [window_start, district]}'

describe('topics that get what comes to the lake', () => {
  it('are those of the settings, and none while the city is simulated', () => {
    const versions = '{topic: incidents, from: silver.incident_versions, key: [incident_id]}'
    expect(outputsOf([hourly, versions])).toMatchObject([
      { name: 'others', topics: [{ from: 'gold.hourly_summary' }, { from: 'silver.incident_versions' }] },
    ])
    expect(outputsOf([hourly], 'simulation: {mode: profile}\n')).toEqual([])
  })

  it('that can’t be are all named, with the table to take instead', () => {
    const wrong = () =>
      outputsOf([
        hourly,
        '{topic: a, from: silver.none, key: [x]}',
        '{topic: b, from: silver.incidents, key: [incident_id]}',
        '{topic: c, from: lake.sensors, key: [sensor_id]}',
      ])
    expect(wrong).toThrow('kafka.outputs has 3 mistake(s)')
    expect(wrong).toThrow('"others", a: silver.none is no table that SQL may read')
    expect(wrong).toThrow(
      '"others", b: silver.incidents has neither a position nor windows, so that nobody knows what is new in it; take silver.incident_reports or silver.incident_versions, or send it whole by outputs.databases',
    )
    expect(wrong).toThrow('"others", c: lake.sensors has neither')
  })
})
