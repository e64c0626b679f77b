import { LiveChange, LiveSnapshot, type LiveSite } from '../../../src/serve/contract/index.ts'
import { applyChange, fromSnapshot, type LiveState } from './live-state.ts'

export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  | { readonly kind: 'lost'; readonly sinceMs: number; readonly retryAtMs: number }

export interface LiveView {
  readonly state: LiveState | null
  readonly connection: Connection
}

/** What the store needs of an EventSource; a test passes its own. */
export interface EventStream {
  onopen: ((event: Event) => void) | null
  onerror: ((event: Event) => void) | null
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void
  close(): void
}

export interface LiveStoreOptions {
  readonly open: (lastEventId: string | null) => EventStream
  /** Streams whose rows are told beside the city. */
  readonly topics: readonly string[]
  readonly now: () => number
  readonly random: () => number
}

/** The server sends each second; silence this long means that the connection is dead although nobody closed it. */
const SILENCE_MS = 10_000
const FIRST_RETRY_MS = 1_000
const LAST_RETRY_MS = 20_000

/** Doubles up to 20 s, each by a random quarter less, so that a thousand pages do not come back in one instant. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt)
  return Math.round(full * (1 - random / 4))
}

/**
 * The one subscription to the live city. Keeps the last picture when the connection goes, and comes back by itself.
 * Whoever paints sites one by one listens with `onSites`; `null` means that all may have changed.
 */
export class LiveStore {
  readonly #options: LiveStoreOptions
  readonly #listeners = new Set<() => void>()
  readonly #siteListeners = new Set<(changed: readonly LiveSite[] | null) => void>()
  readonly #newsListeners = new Set<(topic: string) => void>()
  #view: LiveView = { state: null, connection: { kind: 'connecting' } }
  #stream: EventStream | null = null
  #lastEventId: string | null = null
  #attempt = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #silence: ReturnType<typeof setTimeout> | undefined

  constructor(options: LiveStoreOptions) {
    this.#options = options
  }

  readonly getView = (): LiveView => this.#view

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  onSites(listener: (changed: readonly LiveSite[] | null) => void): () => void {
    this.#siteListeners.add(listener)
    return () => this.#siteListeners.delete(listener)
  }

  /** Tells of which stream rows have come, or been missed. */
  onNews(listener: (topic: string) => void): () => void {
    this.#newsListeners.add(listener)
    return () => this.#newsListeners.delete(listener)
  }

  start(): void {
    if (this.#stream === null) this.#connect()
  }

  stop(): void {
    clearTimeout(this.#retry)
    clearTimeout(this.#silence)
    this.#stream?.close()
    this.#stream = null
  }

  /** Tries now instead of when the backoff says: the network came back, or somebody pressed the button. */
  retryNow(): void {
    if (this.#view.connection.kind !== 'lost') return
    this.stop()
    this.#connect()
  }

  #connect(): void {
    const stream = this.#options.open(this.#lastEventId)
    this.#stream = stream
    this.#watchSilence()
    stream.onerror = () => this.#lose()
    stream.addEventListener('snapshot', event => this.#receive(event, 'snapshot'))
    stream.addEventListener('change', event => this.#receive(event, 'change'))
    const { topics } = this.#options
    for (const topic of topics) stream.addEventListener(topic, () => this.#news([topic]))
    stream.addEventListener('skipped', () => this.#news(topics))
  }

  #receive(event: MessageEvent<string>, kind: 'snapshot' | 'change'): void {
    performance.mark('arterial:live-begin')
    const body: unknown = JSON.parse(event.data)
    if (kind === 'snapshot') this.#show(fromSnapshot(LiveSnapshot.parse(body)), null)
    else {
      const change = LiveChange.parse(body)
      const { state } = this.#view
      // A change without a picture to change: the snapshot must have been lost; ask for it anew.
      if (state === null) {
        this.#lose()
        return
      }
      this.#show(applyChange(state, change), change.sites)
    }
    if (event.lastEventId !== '') this.#lastEventId = event.lastEventId
    performance.measure('arterial:live', 'arterial:live-begin')
  }

  #news(topics: readonly string[]): void {
    for (const topic of topics) for (const listener of this.#newsListeners) listener(topic)
  }

  #show(state: LiveState, changed: readonly LiveSite[] | null): void {
    this.#attempt = 0
    this.#watchSilence()
    this.#set({ state, connection: { kind: 'open' } })
    for (const listener of this.#siteListeners) listener(changed)
  }

  #lose(): void {
    this.stop()
    const { now, random } = this.#options
    const retryInMs = backoffMs(this.#attempt++, random())
    const before = this.#view.connection
    const sinceMs = before.kind === 'lost' ? before.sinceMs : now()
    this.#set({ ...this.#view, connection: { kind: 'lost', sinceMs, retryAtMs: now() + retryInMs } })
    this.#retry = setTimeout(() => this.#connect(), retryInMs)
  }

  #watchSilence(): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#lose(), SILENCE_MS)
  }

  #set(view: LiveView): void {
    this.#view = view
    for (const listener of this.#listeners) listener()
  }
}
