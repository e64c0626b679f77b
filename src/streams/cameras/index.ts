import { placeFields } from '../../core/schema/weather.ts'
import type { Stream } from '../../core/stream/index.ts'

/** No other address is ever fetched for a picture; `simulated:` is drawn by the simulator. User and password have no place in it. */
const SNAPSHOT_URL = '^(https?://[^/?#@]+([/?#].*)?|simulated:.*)$'
const isSnapshotUrl = new RegExp(SNAPSHOT_URL)

/** Where cameras look at the traffic. */
export const cameras = {
  name: 'cameras',
  title: 'Cameras',
  says: 'A camera that looks at a road',
  fields: {
    camera_id: { type: 'text', says: 'The camera', maxChars: 128, required: true, filter: true },
    name: { type: 'text', says: 'What it is called', maxChars: 256 },
    latitude: { ...placeFields.latitude, required: true },
    longitude: { ...placeFields.longitude, required: true },
    direction: { type: 'text', says: 'Where it looks, e.g. NB or "towards the bridge"', maxChars: 128 },
    intersection_id: {
      type: 'text',
      says: 'The intersection it looks at',
      maxChars: 128,
      filter: true,
    },
    district: { type: 'text', says: 'The district it stands in', maxChars: 128, filter: true },
    snapshot_url: {
      type: 'text',
      says: 'Where its picture is fetched: http, https, or simulated: of the demo',
      maxChars: 2048,
    },
    shown: {
      type: 'choice',
      says: 'Whether its picture is shown to people; left out, it is',
      values: ['yes', 'blurred', 'hidden'],
    },
    withdrawn: { type: 'flag', says: 'It is no more' },
  },
  rules: [
    {
      reason: 'snapshot_url_scheme',
      says: 'snapshot_url is no http, https or simulated: address, or has a user name in it',
      fails: ({ snapshot_url }) => typeof snapshot_url === 'string' && !isSnapshotUrl.test(snapshot_url),
      sql: `snapshot_url IS NOT NULL AND NOT match(snapshot_url, '${SNAPSHOT_URL}')`,
    },
  ],
  once: { how: 'latest', key: ['camera_id'], version: 'position' },
  silver: { partition: 'month' },
  sql: new URL('./sql/', import.meta.url),
} as const satisfies Stream
