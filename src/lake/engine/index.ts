export { startEmbeddedEngine, type EmbeddedOptions } from './embedded.ts'
export { connectServer, type ServerOptions } from './server.ts'
export type { Engine, EngineState, QueryOptions, SessionName } from './engine.ts'
export {
  engineAsReaders,
  openReaders,
  type ReaderOptions,
  type Readers,
  type ReadingEngine,
} from './readers/index.ts'
