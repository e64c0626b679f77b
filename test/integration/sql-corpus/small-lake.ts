import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from '../../../src/lake/engine/index.ts'

/** What stands in the files and tables that nobody may read. */
export const secret = 'the-word-nobody-may-read'

/** Tables of the lake that are on no list, each with the secret in it. */
export const hiddenLakeTables: readonly string[] = [
  'gold.district_state',
  'gold.hourly_keys',
  'lake.sensor_versions',
  'lake.rules',
  'lake.free_flow',
  'silver.first_arrivals',
  'quarantine.internal',
]

/** The lake's shape, small: bronze is a view over a table that reads files, and gold has tables behind its views. */
const statements = [
  ...['bronze', 'silver', 'gold', 'lake', 'quarantine'].map(name => `CREATE DATABASE ${name}`),
  "CREATE TABLE bronze.segments (line String) ENGINE = File(LineAsString, 'lines.ndjson')",
  'CREATE VIEW bronze.lines AS SELECT line, rowNumberInAllBlocks() AS position FROM bronze.segments',
  'CREATE TABLE silver.readings (sensor_id LowCardinality(String), measured_at DateTime64(3), speed_kmh Nullable(Float64), vehicles Nullable(UInt32)) ENGINE = MergeTree ORDER BY sensor_id',
  "CREATE TABLE silver.conflicts (measured_at DateTime64(3, 'UTC')) ENGINE = MergeTree PARTITION BY toDate(measured_at) ORDER BY measured_at",
  "INSERT INTO silver.conflicts VALUES ('2026-06-01 00:00:00')",
  "INSERT INTO silver.readings SELECT concat('S-', toString(number % 5)), toDateTime64('2026-06-01 00:00:00', 3) + number * 30, if(number % 7 = 0, NULL, 20 + number % 50), number % 9 FROM numbers(5000)",
  'CREATE TABLE gold.hourly_summary_state (window_start DateTime, district LowCardinality(String), readings UInt64, mean_speed_kmh Nullable(Float64)) ENGINE = MergeTree ORDER BY window_start',
  "INSERT INTO gold.hourly_summary_state SELECT toDateTime('2026-06-01 00:00:00') + 3600 * intDiv(number, 4), concat('d', toString(number % 4)), number, number / 3 FROM numbers(400)",
  ...hiddenLakeTables.map(table => `CREATE TABLE ${table} (x String) ENGINE = MergeTree ORDER BY x`),
  ...hiddenLakeTables.map(table => `INSERT INTO ${table} VALUES ('${secret}')`),
  'CREATE VIEW gold.hourly_summary AS SELECT * FROM gold.hourly_summary_state',
  'CREATE TABLE lake.sensors (sensor_id LowCardinality(String), district String, tags Array(String)) ENGINE = MergeTree ORDER BY sensor_id',
  "INSERT INTO lake.sensors SELECT concat('S-', toString(number)), concat('d', toString(number % 4)), ['loop', toString(number)] FROM numbers(5)",
]

/** Makes that lake, and the files it must not give away, in the engine's folder. */
export async function makeSmallLake(engine: Engine, folder: string): Promise<void> {
  await writeFile(join(folder, 'secret.csv'), `${secret}\n`)
  await writeFile(join(folder, 'lines.ndjson'), '{"sensor_id": "S-1", "speed": 30}\n')
  await writeFile(join(folder, 'secret'), `${secret}\n`)
  // A reader has another working directory than the engine.
  const lines = `'${join(folder, 'lines.ndjson')}'`
  for (const statement of statements) await engine.exec(statement.replace("'lines.ndjson'", lines))
}
