import { z } from 'zod'
import { isKnownTag } from '../answers.ts'
import { RequestError } from '../problems.ts'
import { route, type Route } from '../route.ts'
import type { Snapshots } from './snapshots.ts'

/** Should a browser ever show it by itself: nothing in it runs, and nothing is loaded. */
const SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"

export function cameraRoutes(snapshots: Snapshots): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/cameras/{camera_id}/snapshot',
      id: 'camera-snapshot',
      tag: 'Places',
      summary: 'What a camera sees now',
      description:
        'Fetched from the address that the register has for the camera, at most once in `cameras.cacheS` however many look, and never stored. 403 where the register hides it.',
      access: 'read',
      params: z.strictObject({ camera_id: z.string().min(1).max(128) }),
      answers: {
        200: {
          description: 'The picture; `age` says how many seconds ago it was fetched',
          content: { 'image/jpeg': null, 'image/png': null, 'image/webp': null, 'image/gif': null },
        },
        304: { description: 'The caller has it already (If-None-Match)', content: {} },
      },
      problems: [400, 403, 404, 502, 503],
      handle: async ({ params: { camera_id: id }, request, reply }) => {
        const snapshot = await snapshots(id)
        if (snapshot === null)
          throw new RequestError(
            'ART_NOT_FOUND',
            `There is no camera ${JSON.stringify(id)} that has an address for pictures.`,
          )
        const { picture, ageMs, leftMs } = snapshot
        void reply.headers({
          etag: picture.etag,
          'cache-control': `private, max-age=${Math.floor((ageMs + leftMs) / 1000)}`,
          age: String(Math.floor(ageMs / 1000)),
          'x-content-type-options': 'nosniff',
          'content-security-policy': SANDBOX,
          'content-disposition': 'inline',
        })
        if (isKnownTag(request.headers['if-none-match'], picture.etag)) return reply.code(304).send()
        return reply.type(picture.type).send(picture.bytes)
      },
    }),
  ]
}
