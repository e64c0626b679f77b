import { z } from 'zod'

const position = z.number().int().nonnegative()

/** How far a server is that follows the tables of another one. */
export const FollowStatus = z.strictObject({
  from: z.string().meta({ description: 'Where the tables are that it follows: a folder, or a bucket' }),
  publisher: z.string().nullable().meta({ description: 'Whom it follows; null before it is known' }),
  position: position.meta({ description: 'First position of the other’s log that is not in the own log' }),
  published: position
    .nullable()
    .meta({ description: 'Up to here, exclusive, the other has published; null before it is known' }),
  message: z.string().nullable().meta({ description: 'Why it does not get on; null: it does' }),
  live: z
    .strictObject({
      from: z.enum(['topics', 'tables']).meta({
        description: 'topics: as readings arrive there; tables: as old as publishing',
      }),
      readings: position.meta({ description: 'Readings of topics that it has shown since the start' }),
      message: z
        .string()
        .nullable()
        .meta({ description: 'Why topics can’t be read; null: they are, or the settings name none' }),
    })
    .meta({ description: 'Where the live picture of readings is from just now' }),
})
export type FollowStatus = z.infer<typeof FollowStatus>
