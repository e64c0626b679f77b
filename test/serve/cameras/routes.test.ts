import { describe, expect, it } from 'vitest'
import { CameraHiddenError, CameraSilentError } from '../../../src/serve/cameras/camera-error.ts'
import { pictureOf } from '../../../src/serve/cameras/picture.ts'
import { buildServer } from '../../../src/serve/server.ts'
import { fakeDeps } from '../fake-deps.ts'

const picture = pictureOf('image/png', Buffer.from('\x89PNG\r\n\x1a\n<script>', 'latin1'))
const app = buildServer(
  fakeDeps({
    snapshots: async id => {
      if (id === 'hidden') throw new CameraHiddenError('The picture of camera "hidden" is not shown.')
      if (id === 'silent') throw new CameraSilentError('Camera "silent" gives no picture.', 20)
      return id === 'a/b' ? { picture, ageMs: 4_000, leftMs: 6_000 } : null
    },
  }),
)
const get = (id: string, headers: Record<string, string> = {}) =>
  app.inject({
    url: `/v1/cameras/${encodeURIComponent(id)}/snapshot`,
    headers: { host: '127.0.0.1', ...headers },
  })

describe('GET /v1/cameras/{camera_id}/snapshot', () => {
  it('answers a picture in which nothing runs', async () => {
    const answer = await get('a/b')
    expect(answer.statusCode).toBe(200)
    expect(answer.rawPayload.equals(picture.bytes)).toBe(true)
    expect(answer.headers).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
      'cache-control': 'private, max-age=10',
      age: '4',
      etag: picture.etag,
    })
  })

  it('answers 304 to who has it already', async () => {
    const answer = await get('a/b', { 'if-none-match': picture.etag })
    expect(answer.statusCode).toBe(304)
    expect(answer.rawPayload).toHaveLength(0)
  })

  it('says in a problem document why there is none', async () => {
    expect((await get('none')).json()).toMatchObject({ status: 404, code: 'ART_NOT_FOUND' })
    expect((await get('hidden')).json()).toMatchObject({ status: 403, code: 'ART_CAMERA_HIDDEN' })
    const silent = await get('silent')
    expect(silent.json()).toMatchObject({ status: 502, code: 'ART_CAMERA_SILENT' })
    expect(silent.headers['retry-after']).toBe('20')
    expect(silent.headers['cache-control']).toBe('no-store')
  })

  it('takes no address from the request', async () => {
    const answer = await app.inject({
      url: '/v1/cameras/x/snapshot?url=http://127.0.0.1/',
      headers: { host: '127.0.0.1' },
    })
    expect(answer.json()).toMatchObject({ status: 400, code: 'ART_PARAMETER' })
  })
})
