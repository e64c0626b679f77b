import { z } from 'zod'
import { seconds } from '../values/setting-types.ts'
import { locationSettings } from './location.ts'

/** Where what jobs receive is kept, and where files are put for them. */
export const LandingSection = z.strictObject({
  ...locationSettings('in the data folder'),
  lookS: seconds(60, 5, 86_400, {
    description: 'An inbox in a bucket is looked at so often; messages of the bucket come in between',
  }),
})
