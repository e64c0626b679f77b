import { z } from 'zod'
import { listOf, usedTwice } from '../values/given-lists.ts'
import type { Found } from '../values/given-lists.ts'
import { Secret } from '../values/secret.ts'
import { keep, seconds, size, whole } from '../values/setting-types.ts'

/** How the jobs of outputs are named; no dataset is. */
export const OUTPUT_PREFIX = 'output-'
/** How the jobs of open tables are named; no dataset is. */
export const TABLES_PREFIX = 'tables-'
/** The job that makes backups; no dataset has its name. */
export const BACKUP_JOB = 'backup'
/** What else runs as a job, by how it is named. */
const TAKEN = [
  [OUTPUT_PREFIX, 'outputs'],
  [TABLES_PREFIX, 'open tables'],
] as const
const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/

const optional = (allowed: string, most: number) =>
  z.string().min(1).max(most).nullable().prefault(null).meta({ allowed })

const Dataset = z.strictObject({
  name: z.string().regex(NAME).meta({ allowed: '1 to 64 of a-z, 0-9 and dash; each job has its own' }),
  preset: optional('the name of a known dataset, such as calgary-traffic-incidents; see docs/jobs.md', 64),
  address: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .nullable()
    .prefault(null)
    .meta({
      allowed: 'the address of a Socrata dataset, such as https://data.calgary.ca/resource/35ra-9556',
    }),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .nullable()
    .prefault(null)
    .meta({ allowed: 'the address of a plain file: CSV, JSON or GeoJSON' }),
  stream: optional('the stream that its records are of, such as events', 64),
  mapping: z
    .record(z.string(), z.unknown())
    .nullable()
    .prefault(null)
    .meta({ allowed: 'a map of format, items and fields' }),
  constants: z
    .record(z.string().min(1).max(64), z.union([z.string().min(1).max(1024), z.number()]))
    .prefault({})
    .meta({ allowed: 'a map of the stream’s fields to texts and numbers' }),
  cron: optional('five fields of cron, such as "0 17 1,15 * *", or never', 100),
  zone: optional('an IANA time zone', 64),
  appToken: z
    .union([z.string(), z.instanceof(Secret)])
    .nullable()
    .prefault(null)
    .meta({ allowed: 'a reference, ${env:NAME} or ${file:path}, or null' }),
  reconcileDays: z
    .number()
    .int()
    .min(0)
    .max(3660)
    .nullable()
    .optional()
    .meta({ allowed: 'a whole number of days from 0 to 3660, or null' }),
  maxWithdrawnShare: z.number().min(0).max(1).prefault(0.5).meta({
    allowed: 'a number from 0 to 1',
  }),
  pageRows: whole(10_000, 1, 50_000, { description: 'Rows asked for at once' }),
  timeoutS: seconds(120, 1, 600, { description: 'A page may take so long' }),
  maxBytes: size('64MiB', '1KiB', { description: 'A page may be so large, unpacked' }),
})

/** What is done on a schedule, and what is kept of it. */
export const Jobs = z.strictObject({
  datasets: z.array(Dataset).max(100).prefault([]).meta({
    allowed: 'a list of datasets, each a map of name, preset or address, and more',
    text: 'list',
    secretsInside: true,
    description:
      'Datasets of open-data portals that are downloaded on a schedule, and folders whose files are taken',
  }),
  pipelines: z
    .array(
      z
        .string()
        .min(1)
        .regex(/^[^\0]+$/)
        .meta({ allowed: 'the path of a pipeline’s file (.yaml), or of a folder of them' }),
    )
    .max(100)
    .prefault([])
    .meta({
      allowed: 'a list of files (.yaml) and folders of them',
      text: 'list',
      fallback: '`config/pipelines`, where there is such a folder',
      description:
        'Files of [pipelines](../pipelines.md): steps that are done one after the other on a schedule. Relative to the configuration file',
    }),
  keepRuns: whole(500, 1, 100_000, { description: 'Runs of a job that are remembered' }),
  keepLanding: keep({
    description:
      'What was received is kept so long as it came (`landing/`); of a dataset that is reconciled the newest whole set and what came after it always are',
  }),
  maxFileBytes: size('256MiB', '1KiB', { description: 'A larger file in an inbox is not taken' }),
})

/** Rules between a dataset's settings. No message has a value that may be a secret. */
export function jobMistakes(datasets: unknown): Found[] {
  const list = listOf(datasets)
  return list.flatMap((one, i) => {
    const { name, preset, mapping, stream, appToken, ...more } = one
    const at = `jobs.datasets[${i}]`
    const mistakes = usedTwice(list, i, at)
    for (const [prefix, whose] of TAKEN)
      if (typeof name === 'string' && name.startsWith(prefix))
        mistakes.push({
          path: `${at}.name`,
          message: `"${name}" begins with ${prefix}, as the jobs of ${whose} do; allowed: another name`,
        })
    if (name === BACKUP_JOB)
      mistakes.push({
        path: `${at}.name`,
        message: `"${name}" is the job that makes backups; allowed: another name`,
      })
    const isMapped = mapping !== undefined && mapping !== null
    if (isMapped === (typeof preset === 'string'))
      mistakes.push({ path: at, message: 'has no preset and no mapping, or both; allowed: one of them' })
    if (isMapped && typeof stream !== 'string')
      mistakes.push({
        path: `${at}.stream`,
        message: 'is missing; allowed: the stream that the mapping is for',
      })
    if (typeof appToken === 'string')
      mistakes.push({
        path: `${at}.appToken`,
        message: 'a secret must not stand here; allowed: a reference, ${env:NAME} or ${file:path}',
      })
    if (typeof more['address'] === 'string' && typeof more['url'] === 'string')
      mistakes.push({ path: `${at}.url`, message: 'stands beside an address; allowed: one of them' })
    for (const key of ['address', 'url'])
      if (hasSecret(more[key]))
        mistakes.push({
          path: `${at}.${key}`,
          message: 'a secret must not stand here; allowed: the address alone, and appToken as a reference',
        })
    return mistakes
  })
}

function hasSecret(address: unknown): boolean {
  const url = typeof address === 'string' ? URL.parse(address) : null
  return url !== null && (url.username !== '' || url.password !== '' || /token/i.test(url.search))
}
