import { describe, expect, it } from 'vitest'
import { read } from '../../streams/read.ts'
import { streams } from './sample/index.ts'

const notes = streams.find(({ name }) => name === 'notes')!
const air = streams.find(({ name }) => name === 'air')!
const note = { note_id: 'n', updated_at: '2026-01-01T00:00:00Z' }

describe('what a source refused itself', () => {
  it('is refused with its reasons, each once, whatever else the line says', () => {
    const line = JSON.stringify({ refused: ['unreadable', 'unreadable'], row: 7, original: '…' })
    expect(read(notes, line)).toEqual({ reasons: ['unreadable'], extras: [], row: null })
    expect(read(notes, JSON.stringify({ ...note, refused: ['unreadable'] })).reasons).toEqual(['unreadable'])
  })

  it('is a record like others where the stream does not know the reason', () => {
    for (const refused of [['toString'], ['else'], 'unreadable', []])
      expect(read(notes, JSON.stringify({ ...note, refused }))).toMatchObject({
        reasons: [],
        extras: ['refused'],
      })
    const reading = { station_id: 's', timestamp: '2026-01-01T00:00:00Z', refused: ['unreadable'] }
    expect(read(air, JSON.stringify(reading)).reasons).toEqual([])
  })
})
