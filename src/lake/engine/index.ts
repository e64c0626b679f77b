export { startEmbeddedEngine, type EmbeddedOptions } from './embedded.ts'
export { connectServer, type ServerOptions } from './server.ts'
export type { Engine, EngineState, QueryOptions, SessionName } from './engine.ts'
