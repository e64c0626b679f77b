import { randomBytes } from 'node:crypto'
import { MqttError } from '../mqtt-error.ts'

/** What a frame is (RFC 6455 section 5.2). */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** A piece of data, or a whole control frame. */
export interface FramePart {
  readonly opcode: number
  readonly bytes: Buffer
}

const FINAL = 0x80
const RESERVED = 0x70
const MASKED = 0x80
const CONTROL = 0x08
const MOST_CONTROL_BYTES = 125
const LENGTH_16 = 126
const LENGTH_64 = 127

/** Takes the frames off that a server sends, piece by piece: nothing of data is kept, however long a frame is. */
export class WebSocketFrames {
  #header = Buffer.alloc(0)
  #opcode = 0
  /** Still to come of the frame; null in a header. */
  #coming: number | null = null
  #control: Buffer[] = []

  /** @throws {MqttError} where these are no frames that a server may send */
  push(piece: Buffer): FramePart[] {
    const parts: FramePart[] = []
    let rest = piece
    while (rest.length > 0 || this.#coming === 0) {
      if (this.#coming === null) {
        rest = this.#begin(rest)
        continue
      }
      const bytes = rest.subarray(0, this.#coming)
      rest = rest.subarray(bytes.length)
      this.#coming -= bytes.length
      const isControl = (this.#opcode & CONTROL) !== 0
      if (isControl) this.#control.push(bytes)
      else if (bytes.length > 0) parts.push({ opcode: this.#opcode, bytes })
      if (this.#coming > 0) continue
      if (isControl) parts.push({ opcode: this.#opcode, bytes: Buffer.concat(this.#control.splice(0)) })
      this.#coming = null
    }
    return parts
  }

  /** @returns what stands behind the header; nothing where it is not whole yet */
  #begin(piece: Buffer): Buffer {
    const bytes = Buffer.concat([this.#header, piece])
    const short = (bytes[1] ?? 0) & ~MASKED
    const length = 2 + (short === LENGTH_64 ? 8 : short === LENGTH_16 ? 2 : 0)
    if (bytes.length < length) {
      this.#header = bytes
      return Buffer.alloc(0)
    }
    this.#header = Buffer.alloc(0)
    const first = bytes[0] ?? 0
    this.#opcode = first & 0x0f
    const isControl = (this.#opcode & CONTROL) !== 0
    const isWhole = (first & FINAL) !== 0 && short <= MOST_CONTROL_BYTES
    if ((first & RESERVED) !== 0 || ((bytes[1] ?? 0) & MASKED) !== 0 || (isControl && !isWhole))
      throw new MqttError('what the broker sends is no WebSocket')
    if (this.#opcode === OPCODE.text) throw new MqttError('the broker sends text where MQTT is binary')
    this.#coming =
      length === 10 ? Number(bytes.readBigUInt64BE(2)) : length === 4 ? bytes.readUInt16BE(2) : short
    return bytes.subarray(length)
  }
}

/** A whole frame as a client sends it: masked (section 5.3). */
export function clientFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload
  const extra = length > 0xffff ? 8 : length > MOST_CONTROL_BYTES ? 2 : 0
  const frame = Buffer.allocUnsafe(2 + extra + 4 + length)
  frame[0] = FINAL | opcode
  frame[1] = MASKED | (extra === 8 ? LENGTH_64 : extra === 2 ? LENGTH_16 : length)
  if (extra === 2) frame.writeUInt16BE(length, 2)
  if (extra === 8) frame.writeBigUInt64BE(BigInt(length), 2)
  const mask = randomBytes(4)
  mask.copy(frame, 2 + extra)
  const at = 6 + extra
  for (let i = 0; i < length; i++) frame[at + i] = (payload[i] ?? 0) ^ (mask[i & 3] ?? 0)
  return frame
}
