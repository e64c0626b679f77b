import { z } from 'zod'
import { readSealed, writeSealed } from '../../core/disk/sealed-file.ts'
import type { LostSession } from './feed.ts'

const instant = z.number().nonnegative()
const Kept = z.object({
  /** Whose session it is, and at which broker; null before there was one. */
  session: z
    .object({ broker: z.string(), clientId: z.string(), filters: z.array(z.string()), seenAtMs: instant })
    .nullable(),
  lost: z.array(z.object({ sinceMs: instant, untilMs: instant })),
})
type Kept = z.infer<typeof Kept>
export type KeptSession = NonNullable<Kept['session']>

/** Lost sessions that are kept; of those before, nobody asks. */
const MAX_LOST = 100

/** What a broker was asked for, so that what it forgot is noticed, and what is no longer wanted is cancelled. */
export class MqttMemory {
  readonly #path: string | null
  #kept: Kept

  private constructor(path: string | null, kept: Kept) {
    this.#path = path
    this.#kept = kept
  }

  /** One that is damaged is begun anew: then everything is asked for again. */
  static async open(path: string): Promise<MqttMemory> {
    return new MqttMemory(path, (await readSealed(path, Kept)) ?? { session: null, lost: [] })
  }

  /** One that ends with the process, for who has no disk. */
  static forgetful(): MqttMemory {
    return new MqttMemory(null, { session: null, lost: [] })
  }

  get lost(): readonly LostSession[] {
    return this.#kept.lost
  }

  /** The session with that broker under that name; null where there was none. */
  sessionOf(broker: string, clientId: string): KeptSession | null {
    const { session } = this.#kept
    return session?.broker === broker && session.clientId === clientId ? session : null
  }

  async keep(session: KeptSession): Promise<void> {
    await this.#write({ ...this.#kept, session })
  }

  async lose(lost: LostSession): Promise<void> {
    await this.#write({ session: null, lost: [...this.#kept.lost, lost].slice(-MAX_LOST) })
  }

  async #write(kept: Kept): Promise<void> {
    if (this.#path !== null) await writeSealed(this.#path, kept)
    this.#kept = kept
  }
}
