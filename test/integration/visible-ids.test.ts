import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isVisible } from '../../src/core/text/printable.ts'
import { loadRules } from '../../src/lake/prepare/rules.ts'
import { Lake, remove, RULES } from './lake.ts'

const START = Date.parse('2026-03-02T12:00:00Z')
const OLD = { ...RULES, rules: { ...RULES.rules, visibleIds: false } }
/** The first version took all but the last. */
const ODD = [' ', '\u200b', 'a\u202eb', 'a\u00adb', '\u3164\u00a0', 'a\u0000b']

let folder: string
let lake: Lake

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-ids-'))
})

afterEach(async () => {
  await lake.stop()
  await remove(folder)
})

const reading = (place: object) =>
  JSON.stringify({ sensor_id: 's', timestamp: new Date(START).toISOString(), vehicle_count: 1, ...place })

const note = (rules: typeof RULES) =>
  lake.log.append({
    kind: 'rules',
    source: 'configuration',
    arrivedAtMs: START,
    intervalS: null,
    lines: Buffer.from(`${JSON.stringify(loadRules(rules))}\n`),
    count: 1,
  })

/** Each odd name as sensor, as site and as district. @returns how many lines */
async function send(arrivedAtMs: number): Promise<number> {
  const lines = ODD.flatMap((id, i) => [
    reading({ sensor_id: id, timestamp: new Date(arrivedAtMs).toISOString() }),
    reading({ sensor_id: `site${i}`, intersection_id: id, timestamp: new Date(arrivedAtMs).toISOString() }),
    reading({ sensor_id: `area${i}`, district: id, timestamp: new Date(arrivedAtMs).toISOString() }),
  ])
  await lake.append(lines, { arrivedAtMs })
  return lines.length
}

const tables = async () => ({
  silver: await lake.query('SELECT * FROM silver.readings ORDER BY position'),
  quarantine: await lake.query('SELECT position, reasons, line FROM quarantine.lines ORDER BY position'),
})

describe('ids that nobody sees', () => {
  it('are refused from the change of the rules on, and verify judges each line by the rules of its time', async () => {
    lake = await new Lake(folder, OLD).start()
    await note(OLD)
    await send(START)
    await note(RULES)
    const count = await send(START + 60_000)
    await note(OLD)
    await send(START + 120_000)
    await lake.level()
    const loaded = await tables()
    expect(loaded.silver).toHaveLength(2 * (count - 3))
    expect(loaded.quarantine).toHaveLength(count + 2 * 3)
    expect(await lake.verify()).toMatchObject({ equal: true, notChecked: [] })

    await lake.stop()
    for (const name of ['lake', 'checkpoint.json']) await remove(join(folder, name))
    lake = await new Lake(folder, RULES).start()
    await lake.level()
    expect(await tables()).toEqual(loaded)
    expect(await lake.verify()).toMatchObject({ equal: true })
  })

  it('are the same for the loader and for verify, character by character', async () => {
    lake = await new Lake(folder, RULES).start()
    const lines: string[] = []
    let seen = 0
    for (let code = 0x20; code <= 0x10_ffff; code++) {
      const character = String.fromCodePoint(code)
      const isOdd = !isVisible(`a${character}`) || !isVisible(character)
      if (!isOdd && code % 1009 !== 0) continue
      if (code > 0xe_0200 && code < 0xe_1000 && code % 64 !== 0) continue
      for (const id of [character, `a${character}`]) {
        lines.push(reading({ sensor_id: id }))
        if (isVisible(id)) seen++
      }
    }
    await lake.append(lines, { arrivedAtMs: START })
    expect(await lake.verify()).toMatchObject({ equal: true, readings: seen })
    expect(lines.length - seen).toBeGreaterThan(500)
  })
})
