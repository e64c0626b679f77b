import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sparkMissing, Spark } from './spark.ts'
import { Tables } from './tables.ts'
import { checks } from './checks.ts'

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })
const asked = checks.filter(([name], i) => i === 0 || name.includes(values.only))

// Spark with Delta reads every published table, looks at their history, puts their files together, and changes one as a stranger would.

if (sparkMissing === null) process.exitCode = await run()
else process.stdout.write(`skipped: ${sparkMissing}\n`)

async function run(): Promise<number> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'arterial-spark-tables-')))
  const begun = performance.now()
  const tables = await Tables.start(folder)
  const spark = await Spark.start()
  let failed = 0
  try {
    for (const [name, check] of asked) {
      const faults = await check(tables, spark).catch((error: unknown) => [
        error instanceof Error ? (error.stack ?? error.message) : String(error),
      ])
      failed += faults.length === 0 ? 0 : 1
      process.stdout.write(`${faults.length === 0 ? 'ok    ' : 'FAILED'} ${name}\n`)
      for (const fault of faults) process.stdout.write(`         ${fault}\n`)
    }
  } finally {
    await spark.stop()
    await tables.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  const seconds = Math.round((performance.now() - begun) / 1000)
  process.stdout.write(`${tables.told}; ${asked.length - failed} passed, ${failed} failed (${seconds} s)\n`)
  return failed === 0 ? 0 : 1
}
