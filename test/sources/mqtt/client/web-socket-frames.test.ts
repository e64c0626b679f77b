import { describe, expect, it } from 'vitest'
import {
  clientFrame,
  OPCODE,
  WebSocketFrames,
} from '../../../../src/sources/mqtt/client/web-socket-frames.ts'

/** As a server sends it: without a mask. */
function frame(first: number, payload: Buffer): Buffer {
  const { length } = payload
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), payload])
  const header = Buffer.alloc(length < 65_536 ? 4 : 10)
  header[0] = first
  header[1] = length < 65_536 ? 126 : 127
  if (length < 65_536) header.writeUInt16BE(length, 2)
  else header.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([header, payload])
}
const FINAL = 0x80
const bytes = (length: number) => Buffer.from(Array.from({ length }, (_, i) => i % 251))

describe('frames of a WebSocket', () => {
  it.each([1, 2, 3, 7, 1000])(
    'are read in pieces of %i bytes, with control frames between fragments',
    size => {
      const data = bytes(70_000)
      const sent = Buffer.concat([
        frame(OPCODE.binary, data.subarray(0, 100)),
        frame(FINAL | OPCODE.ping, Buffer.from('are you there?')),
        frame(OPCODE.continuation, Buffer.alloc(0)),
        frame(OPCODE.continuation, data.subarray(100, 1000)),
        frame(FINAL | OPCODE.continuation, data.subarray(1000)),
        frame(FINAL | OPCODE.close, Buffer.alloc(0)),
      ])
      const frames = new WebSocketFrames()
      const parts = Array.from({ length: Math.ceil(sent.length / size) }, (_, i) =>
        frames.push(sent.subarray(i * size, (i + 1) * size)),
      ).flat()
      const isData = ({ opcode }: { opcode: number }) => opcode < OPCODE.close
      expect(Buffer.concat(parts.filter(isData).map(part => part.bytes)).equals(data)).toBe(true)
      const control = parts.filter(part => !isData(part))
      expect(control.map(({ opcode, bytes: said }) => [opcode, said.toString()])).toEqual([
        [OPCODE.ping, 'are you there?'],
        [OPCODE.close, ''],
      ])
    },
  )

  it.each([
    ['text', frame(FINAL | OPCODE.text, Buffer.from('{}')), 'binary'],
    ['what is packed', frame(FINAL | 0x40 | OPCODE.binary, bytes(3)), 'no WebSocket'],
    ['what is masked', clientFrame(OPCODE.binary, bytes(3)), 'no WebSocket'],
    ['a long control frame', frame(FINAL | OPCODE.ping, bytes(126)), 'no WebSocket'],
    ['a control frame in parts', frame(OPCODE.ping, bytes(1)), 'no WebSocket'],
  ])('refuse %s', (_, sent, words) => {
    expect(() => new WebSocketFrames().push(sent)).toThrow(words)
  })

  it.each([0, 1, 125, 126, 65_535, 65_536])('of %i bytes go masked', length => {
    const payload = bytes(length)
    const sent = clientFrame(OPCODE.binary, payload)
    expect(sent[0]).toBe(FINAL | OPCODE.binary)
    expect((sent[1] ?? 0) & FINAL).toBe(FINAL)
    const short = (sent[1] ?? 0) & 0x7f
    const at = short === 127 ? 10 : short === 126 ? 4 : 2
    const said =
      short === 127 ? Number(sent.readBigUInt64BE(2)) : short === 126 ? sent.readUInt16BE(2) : short
    expect(said).toBe(length)
    const mask = sent.subarray(at, at + 4)
    const plain = sent.subarray(at + 4).map((byte, i) => byte ^ (mask[i % 4] ?? 0))
    expect(Buffer.from(plain).equals(payload)).toBe(true)
  })
})
