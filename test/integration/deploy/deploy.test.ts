import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../../../src/core/config/index.ts'
import { pythonWith } from '../../python.ts'

/** What stands in deploy/ fits together and to this program; what others' checkers say of it where they are there. */
const run = promisify(execFile)
const DEPLOY = join(import.meta.dirname, '../../../deploy')
const python = pythonWith(['helm_python', 'kubernetes_validate', 'compose', 'tree_sitter_bicep', 'yaml'])
const missing =
  python === null
    ? 'needs Helm, Compose, hadolint and others: python3 -m venv .venv && .venv/bin/pip install -r test/integration/deploy/requirements.txt'
    : null
if (missing !== null) process.stdout.write(`skipped: ${missing}\n`)

const read = (path: string) => readFileSync(join(DEPLOY, path), 'utf8')

interface Service {
  readonly image?: string
  readonly build?: { readonly context: string; readonly dockerfile: string }
  readonly command?: readonly string[]
  readonly depends_on?: Readonly<Record<string, unknown>>
  readonly volumes?: readonly string[]
}
const { services } = parse(read('compose/compose.yaml'), { merge: true }) as {
  services: Readonly<Record<string, Service>>
}

describe('compose', () => {
  it('has every part, of files and services that are there', () => {
    expect(Object.keys(services).sort()).toEqual(
      ['buckets', 'door', 'kafka', 'serve', 'spark', 'storage', 'topics'].sort(),
    )
    for (const { build, depends_on, volumes } of Object.values(services)) {
      if (build !== undefined)
        expect(existsSync(join(DEPLOY, 'compose', build.context, build.dockerfile))).toBe(true)
      for (const name of Object.keys(depends_on ?? {})) expect(services).toHaveProperty(name)
      for (const volume of volumes ?? [])
        if (volume.startsWith('./'))
          expect(existsSync(join(DEPLOY, 'compose', volume.split(':')[0] ?? ''))).toBe(true)
    }
  })

  it('gives every role settings that this program takes, and the doors topics that are made and read', () => {
    const cwd = join(DEPLOY, 'compose')
    const tokens = JSON.stringify([{ name: 'feeder', sha256: 'a'.repeat(64), scopes: ['write'] }])
    const { kafka, tables, backup } = loadConfig({
      ...{ cwd, env: { STORAGE_KEY: 'key', ARTERIAL_SERVER_TOKENS: tokens } },
    })
    expect([tables.bucket, backup.bucket, backup.cron]).toEqual(['lake', 'backup', '15 3 * * *'])
    const made = [...(services['topics']?.command ?? []).join('\n').matchAll(/^\s*make (\S+) (\d+)$/gm)]
    const topics = made.map(([, topic]) => topic)
    expect(kafka.feeds.flatMap(feed => feed.topics.map(({ topic }) => topic))).toEqual(topics)
    expect(kafka.doors.flatMap(door => door.topics.map(({ topic }) => topic))).toEqual(topics)
    // As on Azure.
    const azure = [...read('azure/main.bicep').matchAll(/\{ name: '([\w-]+)', partitions: (\d+) \}/g)]
    const partitions = (list: RegExpMatchArray[]) =>
      list.map(([, topic, count]) => `${topic ?? ''} ${count ?? ''}`)
    expect(partitions(made)).toEqual(['traffic-sensors 4', 'weather-events 2'])
    expect(partitions(azure)).toEqual(partitions(made))
  })
})

describe('the chart', () => {
  it('takes its own values by its own schema, and refuses a name that is none', () => {
    const schema = JSON.parse(read('helm/arterial/values.schema.json')) as { $schema?: string }
    delete schema.$schema
    const validate = new Ajv({ allErrors: true }).compile(schema)
    const values = parse(read('helm/arterial/values.yaml')) as object
    expect([validate(values), validate.errors]).toEqual([true, null])
    expect(validate({ ...values, doors: {} })).toBe(false)
  })
})

describe.skipIf(missing !== null)('others', () => {
  it('find nothing wrong with the chart, the container files, the compose file and the Bicep file', async () => {
    const { stdout } = await run(python ?? '', [join(import.meta.dirname, 'check_deploy.py')]).catch(
      (error: unknown) => error as { stdout: string },
    )
    expect(stdout.trim()).toBe('')
  }, 300_000)
})
