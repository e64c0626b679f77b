import { describe, expect, it } from 'vitest'
import { mappingWants } from '../../../src/app/datasets/mapping-wants.ts'
import { FeedMapping } from '../../../src/sources/poll/index.ts'
import { events } from '../../../src/streams/events/index.ts'

const fields = { event_id: 'key', updated_at: 'meta.changed', title: 'name', venue: 'place' }
const wants = (format: string, more = {}) =>
  mappingWants(FeedMapping.parse({ format, fields: { ...fields, ...more } }), events)

describe('what a mapping needs of the columns', () => {
  it('of JSON is what the stream demands; a path may be a name or lead into an object', () => {
    expect(wants('json').needs).toEqual([['key'], ['meta.changed', 'meta'], ['name']])
    expect(wants('json').reads).toEqual(['key', 'meta.changed', 'meta', 'name', 'place'])
    expect(wants('json').typed).toEqual(['meta.changed', 'meta'])
  })

  it('of CSV is every column that it names, once', () => {
    expect(wants('csv', { starts_at: 'key' }).needs).toEqual([['key'], ['meta.changed'], ['name'], ['place']])
  })

  it('of GeoJSON is nothing of the feature itself', () => {
    expect(wants('geojson', { event_id: '@id' }).needs).toEqual([['meta.changed', 'meta'], ['name']])
  })
})
