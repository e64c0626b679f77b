import { generate } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { PacketFrames } from '../../../../src/sources/mqtt/client/frames.ts'
import { Packets } from '../../../../src/sources/mqtt/client/packets.ts'

const publish = (bytes: number, messageId = 7) =>
  generate({
    ...{ cmd: 'publish', topic: 'city/a', qos: 1, dup: true, retain: false },
    ...{ messageId, payload: Buffer.alloc(bytes, 120) },
  })

describe('packets in a stream of bytes', () => {
  it('are found however the bytes are cut', () => {
    const bytes = Buffer.concat([publish(5), generate({ cmd: 'pingresp' }), publish(300)])
    for (const size of [1, 2, 3, 7, 1000]) {
      const frames = new PacketFrames(1000)
      const found = []
      for (let at = 0; at < bytes.length; at += size)
        found.push(...frames.push(bytes.subarray(at, at + size)))
      expect(Buffer.concat(found.map(one => one.bytes))).toEqual(bytes)
      expect(found.map(one => one.bytes.length)).toEqual([publish(5).length, 2, publish(300).length])
    }
  })

  it('that are too long are not kept, but what they are is known, and what follows is read', () => {
    const frames = new PacketFrames(1000)
    const packets = new Packets('3.1.1')
    const bytes = Buffer.concat([publish(1_000_000, 9), publish(5)])
    const found = []
    for (let at = 0; at < bytes.length; at += 65_536)
      found.push(...frames.push(bytes.subarray(at, at + 65_536)))
    expect(found.map(one => packets.read(one))).toMatchObject([
      { message: { topic: 'city/a', id: 9, isRepeated: true, tooLong: publish(1_000_000).length } },
      { message: { topic: 'city/a', id: 7, tooLong: null, payload: Buffer.from('xxxxx') } },
    ])
    expect(found[0]?.bytes.length).toBeLessThan(200_000)
  })

  it('are no MQTT where their length never ends', () => {
    expect(() => new PacketFrames(1000).push(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 1]))).toThrow(
      'no MQTT',
    )
  })
})
