import { z } from 'zod'

const text = (allowed: string, pattern: RegExp) => z.string(allowed).regex(pattern, allowed)
const path = text('a path such as data.items or temp.0.value, at most 200 characters', /^[^\0]{1,200}$/u)

/** `temp.value` is short for `{path: temp.value}`. */
const MappedField = z.preprocess(
  given => (typeof given === 'string' ? { path: given } : given),
  z.strictObject({
    path,
    unit: z.string('a unit such as °C or km/h').optional(),
    format: z.string('iso, unix_s, unix_ms or a pattern').optional(),
    zone: z.string('an IANA name, or an offset such as -07:00').optional(),
    missing: z.array(z.union([z.string(), z.number()]), 'a list of values that mean nothing').optional(),
    values: z.record(z.string(), z.string(), 'a map of the provider’s words to the stream’s').optional(),
  }),
)

/** How a provider's answer becomes records: where its items are, and which of their values is which field. */
export const FeedMapping = z.strictObject({
  format: z.enum(['json', 'geojson', 'csv'], 'json, geojson or csv'),
  /** JSON: where the list is, or the one item; by default the whole answer. */
  items: path.optional(),
  separator: text('one character such as ";"', /^[^"\r\n]$/u).default(','),
  fields: z.record(z.string().min(1).max(64), MappedField),
})
export type FeedMapping = Readonly<z.infer<typeof FeedMapping>>
export type MappedField = FeedMapping['fields'][string]
