import { describe, expect, it } from 'vitest'
import {
  deviceFacts,
  devicesOverlay,
  deviceTitle,
  deviceType,
  healthOf,
  messageLines,
  standing,
} from '../../../web/src/features/devices/view-model.ts'
import type { DeviceRow } from '../../../web/src/features/devices/queries.ts'

const sign: DeviceRow = {
  device_id: 'SIGN-1',
  updated_at: Date.UTC(2026, 5, 1),
  device_type: 'dynamic-message-sign',
  name: 'Message sign, 5 Ave',
  status: 'ok',
  road_names: ['5 Ave'],
  latitude: 51,
  longitude: -114,
  details: {
    message_multi_string: 'ROAD WORK AHEAD[nl]RIGHT LANE CLOSED',
    is_flashing: true,
    core_details: {},
  },
  withdrawn: null,
}

describe('the devices beside the road', () => {
  it.each([
    ['ROAD WORK AHEAD[nl]RIGHT LANE CLOSED', ['ROAD WORK AHEAD', 'RIGHT LANE CLOSED']],
    ['[jl3][fo2]SLOW[nl2]DOWN[np]EXIT [[12]]', ['SLOW', 'DOWN', 'EXIT [12]']],
    ['[f1,2]km', ['km']],
    ['', []],
    ['[nl][nl]', []],
  ])('read the message %s as drivers do', (message_multi_string, lines) => {
    expect(messageLines({ details: { message_multi_string } })).toEqual(lines)
  })

  it('say nothing where there is no message', () => {
    for (const details of [null, 'text', [], { message_multi_string: 5 }])
      expect(messageLines({ details })).toEqual([])
  })

  it('tell facts in words, the message and nested parts left out', () => {
    expect(deviceFacts(sign)).toEqual([
      { label: 'Road', text: '5 Ave' },
      { label: 'Is flashing', text: 'yes' },
      { label: 'Device', text: 'SIGN-1' },
    ])
    expect(deviceFacts({ ...sign, road_names: [], details: null })).toEqual([
      { label: 'Device', text: 'SIGN-1' },
    ])
  })

  it('keep the names that nobody knows here', () => {
    expect([deviceType(sign), deviceType({ device_type: 'laser_wall' })]).toEqual([
      'Message sign',
      'Laser wall',
    ])
    expect(healthOf({ status: 'melting' }).level).toBe('unknown')
    expect(deviceTitle({ name: null, device_id: 'X' })).toBe('X')
  })

  it('are gone when they are withdrawn', () => {
    expect(standing([{ ...sign, withdrawn: true }, sign])).toEqual([sign])
  })

  it('lie on the map with what they say; who does not work has a broken outline', () => {
    const { signs } = devicesOverlay([sign, { ...sign, device_id: 'B', status: 'error', details: null }])
    expect(signs.map(({ kind, lines, image }) => [kind, lines, image.look])).toEqual([
      ['device', ['Message sign, works', 'ROAD WORK AHEAD / RIGHT LANE CLOSED'], 'active'],
      ['device', ['Message sign, does not work'], 'planned'],
    ])
  })
})
