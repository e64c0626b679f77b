import type { Stream } from '../core/stream/index.ts'

/** Every kind of record beside readings, the register and the rules: one line each. */
export const streams: readonly Stream[] = []
