import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readStandardFile } from '../../../../src/app/cli/import/standard-files.ts'
import { UsageError } from '../../../../src/core/errors.ts'

const clock = { cityZone: 'America/New_York', nowMs: Date.UTC(2026, 5, 1) }

async function fileOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'standard-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'file')
  await writeFile(path, text)
  return path
}

const calendar = (start: string) =>
  `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:${start}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`

describe('readStandardFile', () => {
  it('reads a calendar of events by the clock of the city', async () => {
    const read = readStandardFile('events', await fileOf(calendar('20260704T193000')), clock)
    expect(read?.records).toMatchObject([{ event_id: 'a', starts_at: '2026-07-04T23:30:00.000Z' }])
  })

  it('names the line of what is wrong, and takes nothing by halves', async () => {
    const path = await fileOf(calendar('20260631'))
    expect(() => readStandardFile('events', path, clock)).toThrow(UsageError)
    expect(() => readStandardFile('events', path, clock)).toThrow(
      /^file: nothing was imported\.\n {2}line 4: DTSTART "20260631T?" is no date or time; write 20260704/,
    )
  })

  it('reads feeds of the work zone exchange, and says where one is wrong', async () => {
    const path = await fileOf('{"feed_info":{},"type":"FeatureCollection","features":[]}')
    expect(() => readStandardFile('work-zones', path, clock)).toThrow(
      / {2}feed_info\.publisher: is missing; give a text/,
    )
    expect(() => readStandardFile('field-devices', path, clock)).toThrow(UsageError)
  })

  it('leaves all else to others', async () => {
    expect(readStandardFile('events', await fileOf('event_id,title\n'), clock)).toBeNull()
    expect(readStandardFile('venues', await fileOf(calendar('20260704')), clock)).toBeNull()
    expect(readStandardFile('events', '/nowhere', clock)).toBeNull()
  })
})
