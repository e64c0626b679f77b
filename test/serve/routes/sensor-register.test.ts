import { describe, expect, it } from 'vitest'
import { buildServer } from '../../../src/serve/server.ts'
import { fakeDeps } from '../fake-deps.ts'

const SENSOR = {
  sensor_id: 'S',
  intersection_id: null,
  name: null,
  latitude: null,
  longitude: null,
  district: null,
  interval_s: null,
  lanes: null,
  camera: null,
}

describe('PUT /v1/sensors', () => {
  it.each([
    ['name', '\u001b[31mA St'],
    ['name', 'A\u202eSt'],
    ['district', '\u3164'],
    ['sensor_id', 'S\u200b'],
    ['sensor_id', '  '],
    ['district', '\u009b'],
  ])('refuses %s %j, and shows it as an escape', async (field, value) => {
    const payload = JSON.stringify([{ ...SENSOR, [field]: value }])
    const headers = { 'content-type': 'application/json' }
    const answer = await buildServer(fakeDeps()).inject({
      method: 'PUT',
      url: '/v1/sensors',
      headers,
      payload,
    })
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([400, 'ART_BODY'])
    expect(answer.body).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })
})
