import { markOf } from '../../src/lake/delta/index.ts'
import { columnsOf, differing, sumsOfLake, sumsOfSpark } from './sums.ts'
import type { Row, Spark } from './spark.ts'
import type { Tables } from './tables.ts'
import { upkeep } from './upkeep.ts'

/** What is wrong, in words; empty: nothing. */
type Check = (tables: Tables, spark: Spark) => Promise<string[]>

const READINGS = 'silver/readings'
/** Rounds, so that every kind of table has a checkpoint. */
const ROUNDS = 12
/** A checkpoint every so many versions, ours and Spark's. */
const CHECKPOINT_EVERY = 10
const never = new AbortController().signal

export const checks: readonly (readonly [name: string, check: Check])[] = [
  ['publishes', publishes],
  ['every table is read equal, column by column', equal],
  ['a partition is read equal', partition],
  ['DESCRIBE HISTORY tells every commit, and how far each reaches', history],
  ['every version of silver and bronze equals the lake up to the position it names', timeTravel],
  ['a column that is added is read, null before', evolution],
  ['OPTIMIZE by Spark is accepted, and what is published after it is read equal', optimise],
  ['files that this program put together are read equal', ownOptimise],
  ['Spark may not change bronze', bronzeStays],
  ['an UPDATE by Spark is reported, not overwritten, and keeps no other table', update],
  ['VACUUM by Spark takes nothing that is needed', vacuum],
  ['the steps of deploy/spark/arterial_upkeep.py tend what its job writes, and find what is wrong', upkeep],
]

async function publishes(tables: Tables): Promise<string[]> {
  for (let i = 0; i < ROUNDS; i++) {
    const problems = await tables.more(120, i === ROUNDS - 1)
    if (problems.length > 0) return problems
  }
  return []
}

async function equal(tables: Tables, spark: Spark): Promise<string[]> {
  const faults: string[] = []
  for (const { path, from, rows } of tables.publisher.states) {
    const columns = await columnsOf(tables.lake, from)
    const there = await sumsOfSpark(spark, tables.name(path), columns)
    const wrong = differing(there, await sumsOfLake(tables.lake, from))
    if (Number(there['rows'] ?? 0) !== rows) wrong.push(`${rows} rows are told by the log`)
    faults.push(...wrong.map(one => `${path}: ${one}`))
  }
  return faults
}

async function partition(tables: Tables, spark: Spark): Promise<string[]> {
  const byDay = `SELECT cast(utc_date AS string) AS day, count(*) AS rows, sum(CASE WHEN utc_date = to_date(measured_at) THEN 0 ELSE 1 END) AS strays
    FROM ${tables.name(READINGS)} GROUP BY utc_date ORDER BY day`
  const own = await tables.lake.query<Row>(
    'SELECT toString(toDate(measured_at)) AS day, count() AS rows, 0 AS strays FROM silver.readings GROUP BY day ORDER BY day',
  )
  const asText = (rows: readonly Row[]) =>
    JSON.stringify(rows.map(({ day, rows: n, strays }) => [day, n, strays]))
  const [there, here] = [asText(await spark.sql(byDay)), asText(own)]
  return there === here ? [] : [`${there} for ${here}`]
}

interface Told {
  readonly version: number
  readonly position: number
  readonly operation: string
}

/** What Spark tells of the commits that are this program's, oldest first. */
async function historyOf(tables: Tables, spark: Spark, path: string): Promise<Told[]> {
  const rows = await spark.sql(`DESCRIBE HISTORY ${tables.name(path)}`)
  return rows.toReversed().map(({ version, operation, userMetadata }) => {
    const mark = markOf([{ commitInfo: { userMetadata: String(userMetadata) } }])
    return { version: Number(version), operation: String(operation), position: mark?.position ?? -1 }
  })
}

async function history(tables: Tables, spark: Spark): Promise<string[]> {
  const faults: string[] = []
  for (const { path, version } of tables.publisher.states) {
    const told = await historyOf(tables, spark, path)
    const isWhole = told.length === version + 1 && told.every((one, i) => one.version === i)
    const climbs = told.every(({ position }, i) => position >= (told[i - 1]?.position ?? 0))
    if (!isWhole || !climbs) faults.push(`${path}: ${JSON.stringify(told)}`)
  }
  return faults
}

async function timeTravel(tables: Tables, spark: Spark): Promise<string[]> {
  const faults: string[] = []
  for (const path of [READINGS, 'bronze/lines', 'quarantine/lines']) {
    const { from } = tables.state(path)
    const columns = await columnsOf(tables.lake, from)
    for (const { version, position } of await historyOf(tables, spark, path)) {
      const there = await sumsOfSpark(spark, `${tables.name(path)} VERSION AS OF ${version}`, columns)
      const wrong = differing(there, await sumsOfLake(tables.lake, from, `t.position < ${position}`))
      faults.push(...wrong.map(one => `${path} version ${version}: ${one}`))
    }
  }
  return faults
}

async function evolution(tables: Tables, spark: Spark): Promise<string[]> {
  const before = tables.state('silver/air').rows
  await tables.lake.exec('ALTER TABLE silver.air ADD COLUMN wind_kmh Nullable(Float64)')
  const problems = await tables.more()
  const [row] = await spark.sql(
    `SELECT count(*) AS rows, count(wind_kmh) AS wind FROM ${tables.name('silver/air')}`,
  )
  const isRead = Number(row?.['rows']) > before && Number(row?.['wind']) === 0
  return [...problems, ...(isRead ? [] : [JSON.stringify(row)]), ...(await equal(tables, spark))]
}

async function optimise(tables: Tables, spark: Spark): Promise<string[]> {
  const paths = [READINGS, 'bronze/lines', 'gold/hourly_summary']
  // Spark's commit is one at which it makes a checkpoint of its own, from which the next start reads.
  for (let tries = 0; (tables.state(READINGS).version + 1) % CHECKPOINT_EVERY > 0; tries++) {
    if (tries === CHECKPOINT_EVERY) return ['no version comes at which a checkpoint is due']
    await tables.more(40, false)
  }
  const before = paths.map(path => tables.state(path).files)
  for (const path of paths) await spark.sql(`OPTIMIZE ${tables.name(path)}`)
  tables.restart()
  const problems = await tables.more()
  const after = paths.map(path => tables.state(path).files)
  const still = paths.filter((_, i) => (after[i] ?? 0) >= (before[i] ?? 0) && i < 2)
  return [
    ...problems,
    ...still.map(path => `${path} has as many files as before`),
    ...(await equal(tables, spark)),
    ...(await verified(tables)),
  ]
}

async function ownOptimise(tables: Tables, spark: Spark): Promise<string[]> {
  await tables.more()
  const { publisher, base } = tables
  const { after } = await publisher.optimise(null, `${base}-spool`, never, () => undefined)
  const problems = await tables.more()
  return [...(after > 0 ? [] : ['nothing was put together']), ...problems, ...(await equal(tables, spark))]
}

async function bronzeStays(tables: Tables, spark: Spark): Promise<string[]> {
  const deleted = await spark.sql(`DELETE FROM ${tables.name('bronze/lines')} WHERE position >= 0`).then(
    () => ['Spark deleted rows of bronze'],
    (error: unknown) => (String(error).includes('DELTA_CANNOT_MODIFY_APPEND_ONLY') ? [] : [String(error)]),
  )
  return [...deleted, ...(await equal(tables, spark))]
}

async function update(tables: Tables, spark: Spark): Promise<string[]> {
  const others = tables.publisher.states.length - 1
  // It takes no question within.
  const [first] = await spark.sql(`SELECT cast(min(utc_date) AS string) AS day FROM ${tables.name(READINGS)}`)
  const day = String(first?.['day'])
  await spark.sql(`UPDATE ${tables.name(READINGS)} SET district = 'theirs' WHERE utc_date = '${day}'`)
  const theirs = (await historyOf(tables, spark, READINGS)).at(-1)?.version
  const problems = await tables.more()
  const faults =
    /somebody else changed it: version \d+ is by Apache-Spark\/\S+ Delta-Lake\/\S+ \(UPDATE\).*tables rebuild/s.test(
      problems[0] ?? '',
    )
      ? []
      : [`it says ${JSON.stringify(problems)}`]
  if (problems.length !== 1) faults.push(`${problems.length} tables of ${others} can't go on`)
  const now = (await historyOf(tables, spark, READINGS)).at(-1)?.version
  if (now !== theirs) faults.push('something was written over it')
  // The same after another start, and until somebody wants it otherwise.
  tables.restart()
  if ((await tables.more()).length !== 1) faults.push('another start does not see it')
  await tables.publisher.rebuild([READINGS], never, () => undefined)
  return [...faults, ...(await tables.more()), ...(await equal(tables, spark))]
}

async function vacuum(tables: Tables, spark: Spark): Promise<string[]> {
  for (const { path } of tables.publisher.states) await spark.sql(`VACUUM ${tables.name(path)}`)
  return [...(await tables.more()), ...(await equal(tables, spark)), ...(await verified(tables))]
}

async function verified(tables: Tables): Promise<string[]> {
  const verdicts = await tables.publisher.verify(null, never, () => undefined)
  return verdicts.flatMap(({ path, differences }) => differences.map(one => `verify: ${path}: ${one}`))
}
