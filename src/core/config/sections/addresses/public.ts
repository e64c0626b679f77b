import { z } from 'zod'
import { parseNetwork } from '../../../outbound/address/ip.ts'
import { seconds, size, whole, wholeOrNull, word } from '../../values/setting-types.ts'

/** The address for citizens: reading the incident record, and nothing else. */
export const Public = z.strictObject({
  port: wholeOrNull(0, 65_535, {
    description: 'Port of the public address, which anybody may read without a token; null: there is none',
  }),
  host: word('127.0.0.1', 'a host name or address', /^[\w.:%-]{1,253}$/, {
    description: 'Address it listens on; 127.0.0.1 where a proxy stands before it',
  }),
  requestsPerMinute: whole(300, 10, 1_000_000, {
    description: 'Requests of one address; of IPv6, of a /64 network',
  }),
  cacheS: seconds(60, 1, 3600, { description: 'An answer serves whoever asks the same for so long' }),
  cacheBytes: size('64MiB', '1MiB', { description: 'Memory of answers that are kept' }),
  trustedProxies: z
    .array(
      z
        .string()
        .refine(entry => parseNetwork(entry) !== null)
        .meta({ allowed: 'an address, or a network such as 10.20.0.0/16' }),
    )
    .prefault([])
    .meta({
      allowed: 'a list of addresses and networks such as 10.20.0.0/16',
      text: 'list',
      description: 'Proxies whose X-Forwarded-For says who calls; of anybody else it counts for nothing',
    }),
})
