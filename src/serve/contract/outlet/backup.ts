import { z } from 'zod'

/** How backups that are made on a schedule go. */
export const BackupStatus = z.strictObject({
  where: z.string().meta({ description: 'Bucket, container or folder, for people' }),
  last: z
    .string()
    .nullable()
    .meta({ description: 'The newest backup there; null: none, or nobody has looked yet' }),
  lastAt: z.iso.datetime().nullable().meta({ description: 'When it was begun' }),
  lagS: z.number().nonnegative().meta({
    unit: 's',
    description: 'What came so long ago or later may be in no backup; where there is none, since the start',
  }),
})
export type BackupStatus = z.infer<typeof BackupStatus>
