import { setImmediate as turn } from 'node:timers/promises'
import { pipeline, Readable } from 'node:stream'
import { createBrotliCompress, createDeflate, createGzip, createZstdCompress, constants } from 'node:zlib'
import { cityHash128 } from './city-hash.ts'
import { lz4Block } from './lz4.ts'

/** How an answer is made smaller on its way. */
export type Packing = 'none' | 'blocks' | 'zstd' | 'br' | 'gzip' | 'deflate'

/** Those of HTTP, the fastest first. */
const OF_HTTP = ['zstd', 'gzip', 'br', 'deflate'] as const
/** Of the protocol's own blocks, before they are packed. */
const BLOCK_BYTES = 65_536
const LZ4_METHOD = 0x82
const HEAD_BYTES = 9

/**
 * The packing that a request asks for, as ClickHouse decides it.
 * @param compress the parameter of the address: `1` wants the protocol's own blocks
 * @param enabled `enable_http_compression`: without it what HTTP would accept does not count
 * @param accepted the header `Accept-Encoding`
 */
export function packingOf(compress: unknown, enabled: unknown, accepted: string | undefined): Packing {
  if (compress === '1' || compress === 'true') return 'blocks'
  if (enabled !== '1' && enabled !== 'true') return 'none'
  const named = (accepted ?? '').split(',').flatMap(part => {
    const [name = '', ...params] = part.split(';').map(text => text.trim().toLowerCase())
    return params.some(param => /^q=0(\.0*)?$/.test(param)) ? [] : [name]
  })
  return OF_HTTP.find(name => named.includes(name)) ?? 'none'
}

/** The answer, packed. What ends the one ends the other. */
export function packed(body: Readable, packing: Packing): Readable {
  if (packing === 'none') return body
  if (packing === 'blocks') return follow(body, Readable.from(blocksOf(body), { objectMode: false }))
  // An error is told by the stream that is read.
  return pipeline(body, packers[packing](), () => undefined)
}

const packers = {
  zstd: () => createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
  br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 3 } }),
  gzip: () => createGzip({ level: 3 }),
  deflate: () => createDeflate({ level: 3 }),
} as const

function follow(body: Readable, blocks: Readable): Readable {
  blocks.once('close', () => body.destroy())
  return blocks
}

/** Each block: its checksum, the method, the length of head and packed bytes, that of the plain bytes, the packed bytes. */
async function* blocksOf(body: Readable): AsyncGenerator<Buffer> {
  for await (const part of body as AsyncIterable<Buffer>) {
    for (let at = 0; at < part.length; at += BLOCK_BYTES) {
      yield blockOf(part.subarray(at, at + BLOCK_BYTES))
      // One takes about a millisecond; others have their turn in between.
      await turn()
    }
  }
}

function blockOf(plain: Buffer): Buffer {
  const bytes = lz4Block(plain)
  const head = Buffer.allocUnsafe(HEAD_BYTES)
  head[0] = LZ4_METHOD
  head.writeUInt32LE(HEAD_BYTES + bytes.length, 1)
  head.writeUInt32LE(plain.length, 5)
  const block = Buffer.concat([head, bytes])
  return Buffer.concat([cityHash128(block), block])
}
