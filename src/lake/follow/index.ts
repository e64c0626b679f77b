export { FollowedLines } from './followed-lines.ts'
export type { FollowedState } from './followed-lines.ts'
