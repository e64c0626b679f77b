import { expect, it } from 'vitest'
import { reshapes } from '../../../src/lake/engine/reshape.ts'

it.each([
  "ALTER TABLE silver.readings DROP PARTITION '2026-01-01'",
  "ALTER TABLE silver.readings REPLACE PARTITION '2026-01-01' FROM silver.readings_rebuild",
  'EXCHANGE TABLES silver.conflicts AND silver.conflicts_rebuild',
  '-- why\nCREATE OR REPLACE VIEW gold.hourly_summary AS SELECT 1',
  'TRUNCATE TABLE lake.free_flow',
  'DROP TABLE IF EXISTS silver.readings',
])('says that readers must open anew: %s', sql => {
  expect(reshapes(sql)).toBe(true)
})

it.each([
  'INSERT INTO silver.readings SELECT 1',
  'TRUNCATE TABLE lake.gold_delta',
  '-- why\nCREATE OR REPLACE TABLE lake.gold_delta (a UInt8) ENGINE = Memory',
  'CREATE TABLE silver.readings_rebuild AS silver.readings',
  'DROP TABLE IF EXISTS lake.verify_silver',
  "CREATE OR REPLACE TABLE bronze.segments (line String) ENGINE = File(LineAsString, '/x/*.zst')",
])('lets readers be: %s', sql => {
  expect(reshapes(sql)).toBe(false)
})
