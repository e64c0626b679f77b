import type { Stream } from '../core/stream/index.ts'
import * as list from './list.ts'

export { openStandIns } from './camera-observations/stand-ins.ts'
export { clockOf, writeCityClock } from './events/city-clock.ts'

/** Every kind of record beside readings, the register and the rules, in order of their names in the list. */
export const streams: readonly Stream[] = Object.values(list)
