import { describe, expect, it } from 'vitest'
import { TableList, tableListText } from '../../../src/app/tables/table-list.ts'
import type { PublishedState } from '../../../src/lake/publish/index.ts'

const state = (version: number): PublishedState => ({
  ...{ path: 'silver/weather', from: 'silver.weather', says: 'the weather', partitionColumns: ['utc_date'] },
  columns: [
    { name: 'temperature_c', type: 'decimal(18,2)', comment: 'Air temperature (°C)' },
    { name: 'dry', type: 'boolean', comment: '' },
  ],
  ...{ version, position: 9, epoch: 0, rows: 3, files: 1, bytes: 100, problem: null },
})

describe('the list of open tables', () => {
  it('names places, columns and units of what is published', () => {
    expect(JSON.parse(tableListText('Testville', [state(0)]))).toEqual({
      city: 'Testville',
      tables: [
        {
          ...{
            name: 'silver_weather',
            location: 'silver/weather',
            format: 'delta',
            description: 'the weather',
          },
          partitionColumns: ['utc_date'],
          columns: [
            { name: 'temperature_c', type: 'decimal(18,2)', comment: 'Air temperature (°C)' },
            { name: 'dry', type: 'boolean' },
          ],
        },
      ],
    })
    expect(JSON.parse(tableListText('Testville', [state(-1)]))).toEqual({ city: 'Testville', tables: [] })
  })

  it('is written only when it is another', async () => {
    const put: string[] = []
    const list = new TableList({ put: async key => void put.push(key) }, 'Testville')
    await list.write([state(0)])
    await list.write([state(1)])
    expect(put).toEqual(['tables.json'])
  })
})
