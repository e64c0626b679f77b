export { LiveHub, STALE_MS, type LiveHubOptions } from './hub.ts'
export { CITY, streamLive, type Live, type LiveFeed, type TopicFeed } from './stream.ts'
export { StreamTopics } from './topics.ts'
