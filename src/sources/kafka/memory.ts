import { z } from 'zod'
import { readSealed, writeSealed } from '../../core/disk/sealed-file.ts'
import type { Hole } from './feed.ts'

const offset = z.int().nonnegative()
const Kept = z.object({
  /** By the topic's name. */
  topics: z.record(
    z.string(),
    z.object({
      id: z.string(),
      /** By partition, where it begins: the log says where it goes on. */
      starts: z.record(z.string(), offset),
      /** By partition: who stands at `from` goes on at `to`, because the broker has nothing in between. */
      jumps: z.record(z.string(), z.object({ from: offset, to: offset })),
    }),
  ),
  holes: z.array(
    z.object({ topic: z.string(), partition: offset, from: offset, to: offset, atMs: z.number() }),
  ),
})
type Kept = z.infer<typeof Kept>

/** Holes that are kept; of those before, nobody asks. */
const MAX_HOLES = 100

/** What must be known of a feed's topics before the log has a record of them, and of what the broker dropped unread. */
export class KafkaMemory {
  readonly #path: string | null
  #kept: Kept

  private constructor(path: string | null, kept: Kept) {
    this.#path = path
    this.#kept = kept
  }

  /** One that is damaged is begun anew: the log knows of every record that was read. */
  static async open(path: string): Promise<KafkaMemory> {
    return new KafkaMemory(path, (await readSealed(path, Kept)) ?? { topics: {}, holes: [] })
  }

  /** One that lasts as long as the process: for who keeps nothing of what it reads. */
  static passing(): KafkaMemory {
    return new KafkaMemory(null, { topics: {}, holes: [] })
  }

  /** Every topic is as if it had never been read. */
  forget(): void {
    this.#kept = { topics: {}, holes: [] }
  }

  get holes(): readonly Hole[] {
    return this.#kept.holes
  }

  /** The id of the topic of that name that was read last; null where none was. */
  idOf(topic: string): string | null {
    return this.#kept.topics[topic]?.id ?? null
  }

  startOf(topic: string, partition: number): number | null {
    return this.#kept.topics[topic]?.starts[partition] ?? null
  }

  /** Where to go on for who stands at `next`. */
  beyond(topic: string, partition: number, next: number): number {
    const jump = this.#kept.topics[topic]?.jumps[partition]
    return jump?.from === next ? jump.to : next
  }

  hasJump(topic: string, partition: number): boolean {
    return this.#kept.topics[topic]?.jumps[partition] !== undefined
  }

  /** Notes where partitions of a topic begin. Another id forgets what was known of the name. */
  async begin(topic: string, id: string, starts: ReadonlyMap<number, number>): Promise<void> {
    const before = this.#kept.topics[topic]
    const kept = before?.id === id ? before : { id, starts: {}, jumps: {} }
    const added = Object.fromEntries([...starts].map(([partition, at]) => [String(partition), at]))
    await this.#write({
      ...this.#kept,
      topics: { ...this.#kept.topics, [topic]: { ...kept, starts: { ...kept.starts, ...added } } },
    })
  }

  /** Notes what the broker dropped unread, and that it is passed over. */
  async jump(hole: Hole): Promise<void> {
    const { topic, partition, from, to } = hole
    const kept = this.#kept.topics[topic]
    if (kept === undefined) return
    await this.#write({
      topics: {
        ...this.#kept.topics,
        [topic]: { ...kept, jumps: { ...kept.jumps, [String(partition)]: { from, to } } },
      },
      holes: [...this.#kept.holes, hole].slice(-MAX_HOLES),
    })
  }

  /** The log has a record from behind the jump: it says where to go on. */
  async landed(topic: string, partition: number): Promise<void> {
    const kept = this.#kept.topics[topic]
    if (kept === undefined) return
    const jumps = Object.fromEntries(Object.entries(kept.jumps).filter(([one]) => one !== String(partition)))
    await this.#write({ ...this.#kept, topics: { ...this.#kept.topics, [topic]: { ...kept, jumps } } })
  }

  async #write(kept: Kept): Promise<void> {
    if (this.#path !== null) await writeSealed(this.#path, kept)
    this.#kept = kept
  }
}
