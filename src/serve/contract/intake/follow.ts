import { z } from 'zod'

const position = z.number().int().nonnegative()

/** How far a server is that follows the tables of another one. */
export const FollowStatus = z.strictObject({
  publisher: z.string().nullable().meta({ description: 'Whom it follows; null before it is known' }),
  position: position.meta({ description: 'First position of the other’s log that is not in the own log' }),
  published: position
    .nullable()
    .meta({ description: 'Up to here, exclusive, the other has published; null before it is known' }),
  message: z.string().nullable().meta({ description: 'Why it does not get on; null: it does' }),
})
export type FollowStatus = z.infer<typeof FollowStatus>
