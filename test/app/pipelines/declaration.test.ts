import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pipelinesOf } from '../../../src/app/pipelines/index.ts'
import type { Declared } from '../../../src/app/pipelines/index.ts'
import { ConfigError } from '../../../src/core/errors.ts'
import { loadConfig } from '../../../src/core/config/index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipelines-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function read(text: string, { file = 'daily.yaml', jobs = ['record'] } = {}): readonly Declared[] {
  writeFileSync(join(folder, file), text)
  const { jobs: settings, city } = loadConfig({ cwd: folder, env: {} })
  return pipelinesOf({ city, jobs: { ...settings, pipelines: [folder] } }, jobs)
}

/** Lines of the mistakes of a file. */
function mistakes(text: string, more: Parameters<typeof read>[1] = {}): string[] {
  try {
    read(text, more)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n').slice(1)
    throw error
  }
  return []
}

const steps = (...lines: string[]) => ['steps:', ...lines.map(line => `  - ${line}`)].join('\n')

describe('the file of a pipeline', () => {
  it('is what the program ships, whole', () => {
    const config = loadConfig({ cwd: join(import.meta.dirname, '../../..'), env: {} })
    const [daily] = pipelinesOf(config, [])
    expect(daily).toMatchObject({ name: 'daily', catchUp: 'newest', zone: 'America/New_York' })
    expect(daily?.schedule?.says).toBe('30 2 * * *')
    expect(daily?.steps.map(({ does }) => does)).toEqual([
      ...['tables-publish', 'tables-optimise', 'tables-vacuum', 'tables-verify'],
      ...['retention', 'train', 'report'],
    ])
  })

  it('has defaults, units and the zone of the city', () => {
    const [one] = read(
      steps('{name: a, does: retention}', '{name: b, job: record, needs: [a], timeoutS: 5m}'),
    )
    expect(one).toMatchObject({ schedule: null, parallel: 2, zone: 'America/New_York' })
    expect(one?.steps).toMatchObject([
      { name: 'a', needs: [], when: 'succeeded', retries: 0, retryDelayS: 60, timeoutS: 3600 },
      { name: 'b', job: 'record', needs: ['a'], timeoutS: 300 },
    ])
  })

  it.each([
    [
      'a circle',
      steps(
        '{name: a, does: train, needs: [c]}',
        '{name: b, does: train, needs: [a]}',
        '{name: c, does: train, needs: [b]}',
      ),
      [
        '  steps[0].needs: "a" needs "c" needs "b" needs "a": a circle, in which none can begin; take one of these needs away (daily.yaml:2)',
      ],
    ],
    [
      'itself',
      steps('{name: a, does: train, needs: [a]}'),
      ['  steps[0].needs[0]: "a" needs itself; take it away (daily.yaml:2)'],
    ],
    [
      'a step that is not there',
      steps('{name: publish, does: train}', '{name: b, does: train, needs: [pubish]}'),
      [
        '  steps[1].needs[0]: there is no step "pubish" (did you mean "publish"?); there are publish, b (daily.yaml:3)',
      ],
    ],
    [
      'a name that is used twice',
      steps('{name: a, does: train}', '{name: a, does: retention}'),
      [
        '  steps[1].name: "a" is used twice, by steps 1 and 2; allowed: a name of its own each (daily.yaml:3)',
      ],
    ],
    [
      'what no step does',
      steps('{name: a, does: trian}'),
      [
        expect.stringContaining(
          '"trian" is nothing that a step does (did you mean "train"?); allowed: tables-publish,',
        ) as string,
      ],
    ],
    [
      'a job that is written as what a step does',
      steps('{name: a, does: record}'),
      ['  steps[0].does: "record" is a job; allowed: job: record (daily.yaml:2)'],
    ],
    [
      'a job that is not there',
      steps('{name: a, job: recrod}'),
      [
        '  steps[0].job: there is no job "recrod" (did you mean "record"?); there are record. A pipeline is no step of another (daily.yaml:2)',
      ],
    ],
    [
      'a step that does nothing, or two things',
      steps('{name: a}', '{name: b, does: train, job: record}'),
      [0, 1].map(
        i => `  steps[${i}]: has no does and no job, or both; allowed: one of them (daily.yaml:${i + 2})`,
      ),
    ],
    [
      'values that are out of bounds, and unknown keys',
      steps('{name: a, does: train, retries: 99, timeoutS: 0s, neds: [b]}'),
      [
        '  steps[0].retries: 99 is not allowed; allowed: a whole number from 0 to 20 (daily.yaml:2)',
        '  steps[0].timeoutS: "0s" is not allowed; allowed: a duration from 1 s to 604800 s, such as 90, 90s or 5m (daily.yaml:2)',
        '  steps[0].neds: is unknown; allowed: name, does, job, needs, when, retries, retryDelayS, timeoutS (daily.yaml:2)',
      ],
    ],
    [
      'a schedule that is none',
      `cron: 99 2 * * *\n${steps('{name: a, does: train}')}`,
      [expect.stringContaining('  cron: ') as string],
    ],
    [
      'a zone that is none',
      `zone: Moon\n${steps('{name: a, does: train}')}`,
      [expect.stringContaining('"Moon" is no time zone') as string],
    ],
    [
      'keys that stand twice',
      `${steps('{name: a, does: train}')}\nsteps: []`,
      ['  YAML: Map keys must be unique (daily.yaml:3)'],
    ],
    [
      'no steps',
      'about: x',
      [expect.stringContaining('  steps: is missing; allowed: a list of 1 to 50 steps') as string],
    ],
  ])('tells %s, with the place and the remedy', (_, text, wanted) => {
    expect(mistakes(text)).toEqual(wanted)
  })

  it('may not be called as a job is, or as nothing can be', () => {
    const text = steps('{name: a, does: train}')
    expect(mistakes(text, { file: 'record.yaml' })).toEqual([
      '  name: "record" is the name of a job already; allowed: a file of another name (record.yaml)',
    ])
    rmSync(join(folder, 'record.yaml'))
    expect(mistakes(text, { file: 'My Pipeline.yaml' })).toEqual([
      '  name: the file is called "My Pipeline"; allowed: 1 to 64 of a-z, 0-9 and dash, which the pipeline is called then (My Pipeline.yaml)',
    ])
  })

  it('that can not be read is told', () => {
    const { jobs, city } = loadConfig({ cwd: folder, env: {} })
    const asked = () => pipelinesOf({ city, jobs: { ...jobs, pipelines: [join(folder, 'none.yaml')] } }, [])
    expect(asked).toThrow(/none\.yaml" can't be read \(ENOENT\); allowed: a file or a folder/)
  })

  it('is looked for in config/pipelines beside the configuration file, or where the settings say', () => {
    expect(loadConfig({ cwd: folder, env: {} }).jobs.pipelines).toEqual([])
    writeFileSync(join(folder, 'arterial.yaml'), 'jobs: {pipelines: [nightly.yaml, more]}')
    expect(loadConfig({ cwd: folder, env: {} }).jobs.pipelines).toEqual([
      join(folder, 'nightly.yaml'),
      join(folder, 'more'),
    ])
  })
})
