import { availableParallelism, totalmem } from 'node:os'

/** An engine takes 300 to 600 MB, a browser and the linter 1 to 2 GB: with less than this they run one after the other, bytes. */
const SIDE_BY_SIDE_BYTES = 12 * 2 ** 30

/** Whether engines, browsers and the linter have room beside each other. */
export const isRoomy = availableParallelism() > 1 && totalmem() >= SIDE_BY_SIDE_BYTES
