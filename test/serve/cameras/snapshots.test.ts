import { describe, expect, it } from 'vitest'
import { OutboundTimeoutError } from '../../../src/core/outbound/index.ts'
import type { OutboundAnswer } from '../../../src/core/outbound/index.ts'
import {
  CameraHiddenError,
  CamerasBusyError,
  CameraSilentError,
} from '../../../src/serve/cameras/camera-error.ts'
import { snapshotsOf } from '../../../src/serve/cameras/index.ts'
import type { RegisteredCamera, SnapshotDeps } from '../../../src/serve/cameras/index.ts'

const gif = (text: string) => Buffer.from(`GIF89a${text}`)
const jpeg = Buffer.from('\xff\xd8\xffpicture', 'latin1')
const png = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

const answer = (more: Partial<OutboundAnswer> = {}): OutboundAnswer => ({
  status: 200,
  headers: {},
  body: gif('1'),
  finalUrl: '',
  etag: null,
  lastModified: null,
  retryAfterS: null,
  ...more,
})

/** Cameras of a register that can change, a clock that is turned by hand, and what the cameras were asked. */
function setUp(more: Partial<SnapshotDeps> = {}) {
  const clock = { nowMs: 1_000_000 }
  const camera: RegisteredCamera = { snapshotUrl: 'http://cam/', shown: 'yes' }
  const register = new Map<string, RegisteredCamera>([['a', camera]])
  const asked: unknown[] = []
  const answers: (OutboundAnswer | Error)[] = []
  const snapshots = snapshotsOf({
    find: async id => register.get(id) ?? null,
    fetch: async (url, held) => {
      asked.push([url, held.etag])
      const next = answers.shift() ?? answer({ body: gif(String(asked.length)) })
      if (next instanceof Error) throw next
      return next
    },
    blur: async bytes => Buffer.concat([bytes.subarray(0, 3), Buffer.from('blurred')]),
    cacheMs: 10_000,
    nowMs: () => clock.nowMs,
    ...more,
  })
  const text = async (id: string) => (await snapshots(id))?.picture.bytes.toString('latin1')
  return { clock, register, camera, asked, answers, snapshots, text }
}

describe('snapshots', () => {
  it('tell once when a camera falls silent, and once when it gives pictures again', async () => {
    const told: string[] = []
    const { clock, answers, snapshots } = setUp({ onChange: change => told.push(change) })
    answers.push(answer({ status: 500 }), answer({ status: 500 }))
    for (let i = 0; i < 2; i++) {
      await expect(snapshots('a')).rejects.toBeInstanceOf(CameraSilentError)
      await expect(snapshots('a')).rejects.toBeInstanceOf(CameraSilentError)
      clock.nowMs += 60_000
    }
    expect(told).toEqual([expect.stringMatching(/^Camera "a" gives no picture: it answers 500/)])
    await snapshots('a')
    expect(told[1]).toBe('Camera "a" gives pictures again.')
    clock.nowMs += 60_000
    await snapshots('a')
    expect(told).toHaveLength(2)
  })

  it('ask a camera once in a while, however many look', async () => {
    const { clock, asked, text, snapshots } = setUp()
    expect(await Promise.all([text('a'), text('a'), text('a')])).toEqual(['GIF89a1', 'GIF89a1', 'GIF89a1'])
    clock.nowMs += 9_999
    expect(await snapshots('a')).toMatchObject({ ageMs: 9_999, leftMs: 1 })
    expect(asked).toHaveLength(1)
    clock.nowMs += 1
    expect(await text('a')).toBe('GIF89a2')
    // A clock that is set back does not hold a picture for longer.
    clock.nowMs -= 3_600_000
    expect(await text('a')).toBe('GIF89a3')
  })

  it('know nothing of cameras that are not registered or have no address', async () => {
    const { register, camera, asked, snapshots } = setUp()
    register.set('b', { ...camera, snapshotUrl: null })
    expect(await snapshots('http://elsewhere/')).toBeNull()
    expect(await snapshots('b')).toBeNull()
    expect(asked).toEqual([])
  })

  it('ask whether there is a newer one, and keep the old one if not', async () => {
    const { clock, asked, answers, text } = setUp()
    answers.push(answer({ etag: '"1"' }), answer({ status: 304, body: Buffer.alloc(0) }))
    await text('a')
    clock.nowMs += 10_000
    expect(await text('a')).toBe('GIF89a1')
    clock.nowMs += 5_000
    expect(await text('a')).toBe('GIF89a1')
    expect(asked).toEqual([
      ['http://cam/', null],
      ['http://cam/', '"1"'],
    ])
  })

  it('hide at once what the register hides, and ask anew where an address changes', async () => {
    const { register, camera, asked, snapshots, text } = setUp()
    await text('a')
    register.set('a', { ...camera, shown: 'hidden' })
    await expect(snapshots('a')).rejects.toThrow(CameraHiddenError)
    register.set('a', { ...camera, snapshotUrl: 'http://other/' })
    expect(await text('a')).toBe('GIF89a2')
    expect(asked).toHaveLength(2)
  })

  it('never show an unblurred picture of a camera that is blurred', async () => {
    const { clock, register, camera, answers, asked, snapshots, text } = setUp()
    answers.push(...[jpeg, jpeg, png, gif('')].map(body => answer({ body })))
    expect(await text('a')).toBe('\xff\xd8\xffpicture')
    register.set('a', { ...camera, shown: 'blurred' })
    expect(await text('a')).toBe('\xff\xd8\xffblurred')
    clock.nowMs += 10_000
    expect(await text('a')).toBe('\x89PNblurred')
    // What is blurred is a JPEG, whatever it was.
    expect((await snapshots('a'))?.picture.type).toBe('image/jpeg')
    clock.nowMs += 10_000
    await expect(snapshots('a')).rejects.toThrow('only a JPEG or a PNG can be')
    await expect(snapshots('a')).rejects.toThrow(CameraHiddenError)
    expect(asked).toHaveLength(4)
  })

  it('show nothing where blurring fails', async () => {
    const { register, camera, answers, snapshots } = setUp({
      blur: () => Promise.reject(new Error('broken')),
    })
    register.set('a', { ...camera, shown: 'blurred' })
    answers.push(answer({ body: jpeg }))
    await expect(snapshots('a')).rejects.toThrow(CameraHiddenError)
  })

  it.each([
    ['an error', answer({ status: 500 }), 'it answers 500'],
    ['a page', answer({ body: Buffer.from('<!doctype html>') }), 'no JPEG, PNG, WebP or GIF'],
    ['SVG', answer({ body: Buffer.from('<svg/>'), headers: { 'content-type': 'image/png' } }), 'no JPEG'],
    ['nothing', answer({ body: Buffer.alloc(0) }), 'no JPEG'],
    ['silence', new OutboundTimeoutError('http://10.0.0.9/', 'took longer'), 'ART_OUTBOUND_TIMEOUT'],
  ])('leave a camera alone that gives %s, each time longer', async (_what, wrong, words) => {
    const { clock, asked, answers, snapshots, text } = setUp()
    answers.push(wrong, wrong, wrong)
    const first = await snapshots('a').catch((error: unknown) => error)
    expect(first).toBeInstanceOf(CameraSilentError)
    expect(first).toMatchObject({ retryAfterS: 10, status: 502 })
    expect(String(first)).toContain(words)
    expect(String(first)).not.toContain('10.0.0.9')
    clock.nowMs += 9_000
    await expect(snapshots('a')).rejects.toMatchObject({ retryAfterS: 1 })
    expect(asked).toHaveLength(1)
    clock.nowMs += 1_000
    await expect(snapshots('a')).rejects.toMatchObject({ retryAfterS: 20 })
    clock.nowMs += 20_000
    await expect(snapshots('a')).rejects.toMatchObject({ retryAfterS: 40 })
    clock.nowMs += 40_000
    expect(await text('a')).toBe('GIF89a4')
    clock.nowMs += 10_000
    answers.push(wrong)
    await expect(snapshots('a')).rejects.toMatchObject({ retryAfterS: 10 })
  })

  it('do not wait longer than five minutes, unless the camera asks for it', async () => {
    const { clock, answers, snapshots } = setUp()
    for (let i = 0; i < 8; i++) {
      answers.push(answer({ status: 503 }))
      await expect(snapshots('a')).rejects.toThrow(CameraSilentError)
      clock.nowMs += 300_000
    }
    answers.push(answer({ status: 503 }), answer({ status: 503, retryAfterS: 900 }))
    await expect(snapshots('a')).rejects.toMatchObject({ retryAfterS: 300 })
    clock.nowMs += 300_000
    await expect(snapshots('a')).rejects.toMatchObject({ retryAfterS: 900 })
  })

  it('ask only so many cameras at once', async () => {
    const { register, camera, snapshots } = setUp({ fetch: () => new Promise(() => undefined) })
    for (let i = 0; i < 17; i++) register.set(`c${i}`, camera)
    for (let i = 0; i < 16; i++) void snapshots(`c${i}`)
    await expect(snapshots('c16')).rejects.toThrow(CamerasBusyError)
  })

  it('draw the cameras of a simulated city, and no others', async () => {
    const simulated = { snapshotUrl: 'simulated:a', shown: 'yes' } as const
    const drawing = setUp({ draw: (id, nowMs) => gif(`${id} at ${nowMs}`) })
    drawing.register.set('a', simulated)
    expect(await drawing.text('a')).toBe('GIF89aa at 1000000')
    expect(drawing.asked).toEqual([])
    const real = setUp()
    real.register.set('a', simulated)
    await expect(real.snapshots('a')).rejects.toThrow('this city is real')
  })

  it('let a bug rise', async () => {
    const { answers, snapshots } = setUp()
    answers.push(new TypeError('bug'))
    await expect(snapshots('a')).rejects.toThrow(TypeError)
  })
})
