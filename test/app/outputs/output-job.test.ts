import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Job } from '../../../src/app/jobs/index.ts'
import { outputJobs, outputsOf } from '../../../src/app/outputs/index.ts'
import { loadConfig } from '../../../src/core/config/index.ts'
import { streams } from '../../../src/streams/index.ts'

const cwd = mkdtempSync(join(tmpdir(), 'output-job-'))
afterAll(() => rmSync(cwd, { recursive: true }))

function outputs(list: readonly string[], more = '') {
  const yaml = list.map(one => `    - ${one}\n`).join('')
  writeFileSync(
    join(cwd, 'arterial.yaml'),
    `city: {timeZone: America/Denver}\n${more}outputs:\n  databases:\n${yaml}`,
  )
  return outputsOf(loadConfig({ cwd, env: { TOKEN: 'hidden' } }), streams)
}

const dataset = (name: string, stream: string): Job => ({
  ...{ name, stream, about: 'x', schedule: null, zone: 'UTC' },
  run: () => Promise.reject(new Error('never run')),
})

describe('outputs of the settings', () => {
  it('are jobs that run by their schedule, and after what brings records of their table', () => {
    const planned = outputs([
      '{name: planning, kind: mysql, host: db.example.org, password: "${env:TOKEN}", cron: "15 * * * *"}',
      '{name: shows, kind: postgresql, from: silver.events, key: [event_id], table: shows}',
    ])
    const jobs = outputJobs(planned, {
      engine: {
        state: 'ready',
        query: () => Promise.reject(new Error()),
        stream: () => Promise.reject(new Error()),
      },
      streams,
      level: () => Promise.resolve(),
      sources: [dataset('record', 'incidents'), dataset('live', 'incidents'), dataset('festival', 'events')],
    })
    expect(jobs).toMatchObject([
      {
        name: 'output-planning',
        about: 'silver.incidents to mysql db.example.org/arterial.incidents',
        stream: null,
        schedule: { says: '15 * * * *' },
        zone: 'America/Denver',
        after: ['record', 'live'],
      },
      { name: 'output-shows', schedule: null, after: ['festival'] },
    ])
    expect(JSON.stringify(jobs)).not.toContain('hidden')
  })

  it('are none while the city is simulated', () => {
    expect(outputs(['{name: a, kind: mysql}'], 'simulation: {mode: profile}\n')).toEqual([])
  })

  it('deliver to no table of the name that a run gathers its rows under', () => {
    for (const kind of ['mysql', 'postgresql'])
      expect(() => outputs([`{name: a, kind: ${kind}, table: arterial_incoming}`])).toThrow(
        /outputs\.databases\[0\]\.table: "arterial_incoming" is where a run gathers its rows; allowed: another name/,
      )
  })

  it('that can’t be are all named, in one message', () => {
    expect(() =>
      outputs([
        '{name: a, kind: mysql, from: silver.none}',
        '{name: b, kind: mysql, cron: "61 * * * *"}',
        '{name: c, kind: mysql, from: lake.checkpoint}',
      ]),
    ).toThrow(
      /has 3 mistake\(s\).*"a": silver\.none is no table that SQL may read.*"b": .*minute: 61.*"c": lake\.checkpoint/s,
    )
  })
})
