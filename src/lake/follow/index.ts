export { FollowedLines } from './followed-lines.ts'
export type { FollowedFrame, PublishedLines } from './followed-lines.ts'
