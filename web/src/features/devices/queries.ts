import { z } from 'zod'
import { PAGE } from '../../api/query-text.ts'
import { instant, maybeFlag, maybeJson, maybeText, rowsQuery, texts } from '../../api/rows.ts'

const DeviceRow = z.object({
  device_id: z.string(),
  updated_at: instant,
  device_type: z.string(),
  name: maybeText,
  status: maybeText,
  road_names: texts,
  latitude: z.coerce.number(),
  longitude: z.coerce.number(),
  details: maybeJson,
  withdrawn: maybeFlag,
})
export type DeviceRow = z.infer<typeof DeviceRow>

export const devicesQuery = rowsQuery(`/v1/field-devices?limit=${PAGE}`, DeviceRow)
