import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countOf, joinedRuns } from '../../../src/core/positions.ts'
import { MemoryLog, ingest } from './sample.ts'
import type { Options } from './sample.ts'

const CSV = 'text/csv'
const JSON_TYPE = 'application/json'

describe('an NDJSON body', () => {
  const cases: readonly (readonly [string, string | Buffer, readonly string[]])[] = [
    ['lines', '{"a":1}\n{"a":2}\n', ['{"a":1}', '{"a":2}']],
    ['a last line without an end', '{"a":1}\n{"a":2}', ['{"a":1}', '{"a":2}']],
    ['empty lines and lone CRs', '\n\r\n{"a":1}\n\n\r\n{"a":2}\r\n\n', ['{"a":1}', '{"a":2}\r']],
    ['a byte order mark', '\ufeff{"a":1}\n', ['{"a":1}']],
    ['lines that are no JSON', 'x\n{"a":\n{"a":2}\n', ['x', '{"a":', '{"a":2}']],
    [
      'NUL and bytes that are not UTF-8',
      Buffer.from('\0\0\n\xff\xfe\x80{\n', 'latin1'),
      ['\0\0', '\xff\xfe\x80{'],
    ],
    ['UTF-8', '{"ü":"€😀"}\n', [Buffer.from('{"ü":"€😀"}').toString('latin1')]],
    ['a CR that is not alone', 'a\rb\n\r\r\n', ['a\rb', '\r\r']],
  ]
  it.each(cases)('with %s', async (_, body, lines) => {
    const { log, accepted, position, error } = await ingest([body])
    expect(error).toBeNull()
    expect(log.lines).toEqual(lines)
    expect(accepted).toBe(lines.length)
    expect(log.count).toBe(lines.length)
    expect(position).toBe(String(lines.length - 1))
  })

  it.each([
    'application/x-ndjson',
    'application/jsonl',
    'application/ndjson; charset=UTF-8',
    'Application/X-NDJSON',
  ])('is taken as %s', async contentType => {
    expect((await ingest(['{}\n'], { contentType })).accepted).toBe(1)
  })

  it('bears its source, interval and arrival', async () => {
    const { log } = await ingest(['{}\n'], { source: 'replay:metr-la', intervalS: 300 })
    expect(log.batches).toMatchObject([
      { kind: 'reading', source: 'replay:metr-la', intervalS: 300, arrivedAtMs: 1_760_000_000_000 },
    ])
  })

  it('tells where each of its lines stands in the log, among those of other senders', async () => {
    const log = new MemoryLog()
    const append = log.append.bind(log)
    const lines = Buffer.from('{}\n{}\n')
    log.append = async batch => {
      await append({ ...batch, source: 'other', lines, count: 2 })
      return append(batch)
    }
    const row = '{"n":1}\n'.repeat(100_000)
    const { positions } = await ingest([row, row, row], { log })
    const own = log.batches.reduce<[at: number, found: [number, number][]]>(
      ([at, found], { source, count }) => [at + count, source === 'other' ? found : [...found, [at, count]]],
      [0, []],
    )[1]
    expect(countOf(positions)).toBe(300_000)
    expect(positions).toEqual(joinedRuns(own))
    expect(positions.length).toBeGreaterThan(1)
  })

  it('goes to the log in batches while it still comes', async () => {
    const line = `${JSON.stringify({ pad: 'x'.repeat(350) })}\n`
    const chunks = Array.from({ length: 200 }, () => line.repeat(150))
    const { log, accepted } = await ingest(chunks)
    expect(accepted).toBe(30_000)
    expect(log.batches.length).toBeGreaterThan(5)
    expect(Math.max(...log.batches.map(({ lines }) => lines.length))).toBeLessThan(2 * 1024 * 1024)
    expect(log.text).toBe(line.repeat(30_000))
  })
})

describe('a JSON body', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['an object', '{"a":1}', ['{"a":1}']],
    ['an object over several lines', ' {\n "a": [1,\n2]\r\n}\n ', ['{  "a": [1, 2]\r }']],
    ['an array', '[{"a":1},{"a":2}]', ['{"a":1}', '{"a":2}']],
    ['an array with blanks between', '\n[ {"a":1} ,\n\t{"a": 2}\r\n]\n', ['{"a":1}', '{"a": 2}']],
    [
      'brackets, commas and escapes in strings',
      '[{"a":"],[\\"}{"},{"b":"\\\\"}]',
      ['{"a":"],[\\"}{"}', '{"b":"\\\\"}'],
    ],
    ['nested arrays', '[[1,[2]],{"a":[{}]}]', ['[1,[2]]', '{"a":[{}]}']],
    [
      'elements that are no objects',
      '[1, "x,]", null,true ,-2.5e3]',
      ['1', '"x,]"', 'null', 'true', '-2.5e3'],
    ],
    ['elements broken inside', '[{"a":nope},{"b" 1},{"c":3}]', ['{"a":nope}', '{"b" 1}', '{"c":3}']],
    ['a byte order mark', '\ufeff[{"a":1}]', ['{"a":1}']],
  ]
  it.each(cases)('that is %s', async (_, body, lines) => {
    const { log, accepted, error } = await ingest([body], { contentType: JSON_TYPE })
    expect(error).toBeNull()
    expect(log.lines).toEqual(lines)
    expect(accepted).toBe(lines.length)
  })

  const broken: readonly (readonly [string, string, readonly string[], string])[] = [
    ['not closed', '[{"a":1},{"b":2}', ['{"a":1}', '{"b":2}'], 'array is not closed'],
    ['torn in an element', '[{"a":1},{"b":', ['{"a":1}'], 'array is not closed'],
    ['an object that is not closed', '{"a":1', [], 'object is not closed'],
    ['two objects', '{"a":1}\n{"a":2}', ['{"a":1}'], 'one object a line as application/x-ndjson'],
    ['a missing comma', '[{"a":1} {"b":2}]', ['{"a":1}'], '"{" at byte 9'],
    ['a comma too many', '[{"a":1},]', ['{"a":1}'], 'where an element should be'],
    ['a comma at the beginning', '[,{"a":1}]', [], 'where an element should be'],
    ['a bare word', 'hello', [], '"h" at byte 0'],
    ['a bare string', '"[1]"', [], 'should begin'],
  ]
  it.each(broken)('that is broken: %s', async (_, body, lines, message) => {
    const { log, error } = await ingest([body], { contentType: JSON_TYPE })
    expect(error).toMatchObject({ status: 400, code: 'ART_BODY_BROKEN', durable: lines.length })
    expect(error?.message).toContain(message)
    expect(log.lines).toEqual(lines)
  })

  it('may be nested a million levels deep without harm', async () => {
    const bomb = `[${'['.repeat(1_000_000)}${']'.repeat(1_000_000)},{"a":1}]`
    const { log, accepted } = await ingest([bomb], { contentType: JSON_TYPE })
    expect(accepted).toBe(2)
    expect(log.lines[1]).toBe('{"a":1}')
  })
})

describe('a CSV body', () => {
  const rows: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'numbers, text and nothing',
      'sensor_id,timestamp,average_speed,district\nS1,2026-01-01T00:00:00Z,31.50,\nS2,2026-01-01T00:00:00Z,,Midtown\n',
      [
        '{"sensor_id":"S1","timestamp":"2026-01-01T00:00:00Z","average_speed":31.50,"district":null}',
        '{"sensor_id":"S2","timestamp":"2026-01-01T00:00:00Z","average_speed":null,"district":"Midtown"}',
      ],
    ],
    [
      'ids that look like numbers',
      'sensor_id,timestamp,average_speed\n773869,1,1e2\n007,x,-0.5',
      [
        '{"sensor_id":"773869","timestamp":"1","average_speed":1e2}',
        '{"sensor_id":"007","timestamp":"x","average_speed":-0.5}',
      ],
    ],
    [
      'numbers that are none in JSON',
      'sensor_id,timestamp,average_speed,x\nS,t,NaN,01\nS,t,+1,.5\nS,t,1.,0x10',
      [
        '{"sensor_id":"S","timestamp":"t","average_speed":"NaN","x":"01"}',
        '{"sensor_id":"S","timestamp":"t","average_speed":"+1","x":".5"}',
        '{"sensor_id":"S","timestamp":"t","average_speed":"1.","x":"0x10"}',
      ],
    ],
    [
      'counts by type, whatever their columns are called',
      'vehicle_types.car,sensor_id,vehicle_types_truck,timestamp,bus\n1,S,2,t,\n',
      ['{"sensor_id":"S","timestamp":"t","vehicle_types":{"car":1,"truck":2,"bus":null}}'],
    ],
    [
      'quotes, commas and CRLF',
      '"sensor_id","timestamp","queue_length"\r\n"a,""b""",t,3\r\n"","t",""\r\n',
      [
        '{"sensor_id":"a,\\"b\\"","timestamp":"t","queue_length":3}',
        '{"sensor_id":null,"timestamp":"t","queue_length":null}',
      ],
    ],
    [
      'a quoted cell over two lines',
      'sensor_id,timestamp,queue_length,note\nS,t,1,"one\r\ntwo"\nS,t,2,x',
      [
        '{"sensor_id":"S","timestamp":"t","queue_length":1,"note":"one\\ntwo"}',
        '{"sensor_id":"S","timestamp":"t","queue_length":2,"note":"x"}',
      ],
    ],
    [
      'cells too few and too many, among good ones',
      'sensor_id,timestamp,queue_length\nS,t\nS,t,1\nS,t,1,2\nS,t,2',
      [
        '{"csv_row":"S,t"}',
        '{"sensor_id":"S","timestamp":"t","queue_length":1}',
        '{"csv_row":"S,t,1,2"}',
        '{"sensor_id":"S","timestamp":"t","queue_length":2}',
      ],
    ],
    [
      'stray quotes, which harm no other row',
      'sensor_id,timestamp,queue_length\n"S,t,1\nS,t,2\n"A"x,t,3\nS,t,4\nS,"t,5\n"B",t,6\nin"side,t,7',
      [
        '{"csv_row":"\\"S,t,1"}',
        '{"sensor_id":"S","timestamp":"t","queue_length":2}',
        '{"csv_row":"\\"A\\"x,t,3"}',
        '{"sensor_id":"S","timestamp":"t","queue_length":4}',
        '{"csv_row":"S,\\"t,5"}',
        '{"sensor_id":"B","timestamp":"t","queue_length":6}',
        '{"sensor_id":"in\\"side","timestamp":"t","queue_length":7}',
      ],
    ],
    [
      'a byte order mark, blank lines and blanks around names',
      '\ufeffsensor_id, timestamp ,queue_length\n\n\r\nS,t,1\n\n',
      ['{"sensor_id":"S","timestamp":"t","queue_length":1}'],
    ],
    [
      'bytes as they are',
      'sensor_id,timestamp,queue_length\n\u00fc\t\0,t,1',
      [Buffer.from('{"sensor_id":"ü\\t\\u0000","timestamp":"t","queue_length":1}').toString('latin1')],
    ],
  ]
  it.each(rows)('with %s', async (_, body, lines) => {
    const { log, accepted, error } = await ingest([body], { contentType: CSV })
    expect(error).toBeNull()
    expect(log.lines).toEqual(lines)
    expect(accepted).toBe(lines.length)
  })

  const headers: readonly (readonly [string, string, string])[] = [
    ['the sensor', 'timestamp,queue_length\nt,1', 'lacks column sensor_id; it has timestamp, queue_length'],
    ['a measure', 'sensor_id,timestamp,latitude\nS,t,1', 'lacks one measure (vehicle_count'],
    ['everything', 'S,t,1\nS,t,2', 'lacks column sensor_id, column timestamp, one measure'],
    ['commas', 'sensor_id;timestamp;queue_length\nS;t;1', 'separated by ";"'],
    ['commas for tabs', 'sensor_id\ttimestamp\tqueue_length\nS\tt\t1', 'separated by tabs'],
    [
      'different names',
      'sensor_id,timestamp,car,vehicle_types_car\nS,t,1,1',
      'vehicle_types.car more than once',
    ],
    ['closed quotes', '"sensor_id,timestamp\nS,t,1', 'no list of names'],
  ]
  it.each(headers)('whose header lacks %s is refused as a whole', async (_, body, message) => {
    const { log, error } = await ingest([body], { contentType: CSV })
    expect(error).toMatchObject({ status: 422, code: 'ART_CSV_HEADER', durable: 0 })
    expect(error?.message).toContain(message)
    expect(log.batches).toEqual([])
  })

  it('with a header only has no reading', async () => {
    const { error } = await ingest(['sensor_id,timestamp,queue_length\n'], { contentType: CSV })
    expect(error).toMatchObject({ status: 400, code: 'ART_BODY_EMPTY' })
  })

  it('of stray quotes only takes no more than linear time', async () => {
    const body = `sensor_id,timestamp,queue_length\n${'"S,t,1\nx\n'.repeat(20_000)}`
    expect((await ingest([body], { contentType: CSV })).accepted).toBe(40_000)
  })
})

describe('any body', () => {
  const bodies: readonly (readonly [string, string])[] = [
    ['application/x-ndjson', '\ufeff{"a":1}\r\n\n\r\nü€😀\0\n' + '{"long":"' + 'x'.repeat(60) + '"}\n\nlast'],
    [
      JSON_TYPE,
      '\ufeff[ {"a":"],\\"\\\\"} ,\n[1,{"b":2}], "s,]" ,12 ,{"long":"' + 'y'.repeat(60) + '"}\n, null ]\n',
    ],
    [
      CSV,
      '\ufeffsensor_id,timestamp,car,x\r\n"a""b",t,1,"p\nq"\r\n\nS,t\n"stray,t,2,\nS,ü,3,' +
        'z'.repeat(60) +
        '\nS,t,,"',
    ],
  ]

  const snapshot = async (chunks: readonly Uint8Array[], options: Options) => {
    const { log, oversize, accepted, error } = await ingest(chunks, options)
    return {
      lines: log.lines,
      long: oversize.stored.map(bytes => bytes.toString('latin1')),
      accepted,
      error: error?.message,
    }
  }

  it.each(bodies)('of %s gives the same lines however it is chunked', async (contentType, body) => {
    const bytes = Buffer.from(body)
    for (const maxLineBytes of [1000, 50, 35]) {
      const whole = await snapshot([bytes], { contentType, maxLineBytes })
      expect(whole.lines.length).toBeGreaterThan(2)
      for (let at = 0; at <= bytes.length; at++) {
        const halves = [bytes.subarray(0, at), bytes.subarray(at)]
        expect(await snapshot(halves, { contentType, maxLineBytes }), `cut at ${at}`).toEqual(whole)
      }
      const single = Array.from(bytes, byte => Uint8Array.of(byte))
      expect(await snapshot(single, { contentType, maxLineBytes })).toEqual(whole)
    }
  })

  it('of arbitrary bytes gives its non-empty lines, whatever the chunks and the packing', async () => {
    const byte = fc.oneof(fc.constantFrom(10, 13, 34, 44, 91, 93, 0, 255), fc.nat(255))
    const chunks = fc.array(
      fc.uint8Array({ maxLength: 40 }).chain(() => fc.array(byte, { maxLength: 40 })),
      { maxLength: 12 },
    )
    await fc.assert(
      fc.asyncProperty(
        chunks,
        fc.constantFrom('identity', 'gzip', 'zstd', 'gzip-parts', 'zstd-parts'),
        async (parts, packing) => {
          const pieces = parts.map(part => Buffer.from(part))
          const bytes = Buffer.concat(pieces)
          const text = bytes.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, '')
          const lines = text.split('\n').filter(line => line !== '' && line !== '\r')
          // A lone CR at the very end is a line end as well.
          const [encoding, multiple] = packing.split('-')
          const pack =
            encoding === 'gzip' ? gzipSync : encoding === 'zstd' ? zstdCompressSync : (one: Buffer) => one
          const packed =
            multiple === undefined ? [pack(bytes)] : [Buffer.concat(pieces.map(piece => pack(piece)))]
          if (multiple !== undefined && pieces.length === 0) return
          const got = await ingest(packed, { contentEncoding: encoding })
          expect(got.log.lines).toEqual(lines)
          if (lines.length === 0) expect(got.error?.code).toBe('ART_BODY_EMPTY')
          else expect(got.accepted).toBe(lines.length)
        },
      ),
      { numRuns: 300 },
    )
  })
})
