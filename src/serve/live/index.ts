export { LiveHub, STALE_MS, type LiveHubOptions } from './hub.ts'
export { streamLive, type LiveFeed } from './stream.ts'
