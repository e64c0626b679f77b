import { z } from 'zod'

/** What every list answers: items in a stable order and the path of the next page. */
export function page<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item), next: z.string().nullable() })
}

/** RFC 9457 problem document; `code` is stable and listed in docs/reference/errors.md. */
export const ProblemDocument = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
})
export type ProblemDocument = z.infer<typeof ProblemDocument>
