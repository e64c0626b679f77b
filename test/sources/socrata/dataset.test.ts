import { describe, expect, it } from 'vitest'
import { datasetAt, datasetName } from '../../../src/sources/socrata/index.ts'

describe('the dataset at an address', () => {
  it.each([
    ['https://data.calgary.ca/resource/35ra-9556', 'json'],
    ['https://data.calgary.ca/resource/35ra-9556.json', 'json'],
    ['https://data.calgary.ca/resource/35ra-9556.csv?$limit=10', 'csv'],
    ['https://data.calgary.ca/d/35ra-9556', 'json'],
    ['https://data.calgary.ca/Transportation-Transit/Traffic-Incidents/35ra-9556/about_data', 'json'],
    ['https://data.calgary.ca/api/views/35ra-9556/rows.csv?accessType=DOWNLOAD', 'json'],
  ])('%s is found', (address, format) => {
    const at = datasetAt(address)
    expect(at).toEqual({ origin: 'https://data.calgary.ca', id: '35ra-9556', format })
    expect(datasetName(at)).toBe('data.calgary.ca/35ra-9556')
  })

  it.each([
    'https://data.calgary.ca/',
    'ftp://data.calgary.ca/resource/35ra-9556',
    'incidents',
    'https://x/resource/35ra',
  ])('%s is none, and is refused with what one looks like', address => {
    expect(() => datasetAt(address)).toThrow(/names no Socrata dataset; use its address, such as/)
  })
})
