import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { seal, unseal } from '../../core/disk/sealed-json.ts'
import { writeFileDurably } from '../../core/disk/write-file-durably.ts'
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

const OWNER_ONLY = 0o600
/** Lost sessions that are kept; of those before, nobody asks. */
const MAX_LOST = 100

/** What a broker was asked for, so that what it forgot is noticed, and what is no longer wanted is cancelled. */
export class MqttMemory {
  readonly #path: string
  #kept: Kept

  private constructor(path: string, kept: Kept) {
    this.#path = path
    this.#kept = kept
  }

  /** One that is damaged is begun anew: then everything is asked for again. */
  static async open(path: string): Promise<MqttMemory> {
    let kept: Kept = { session: null, lost: [] }
    try {
      const { value, sealed } = unseal(await readFile(path, 'utf8'))
      const parsed = Kept.safeParse(value)
      if (sealed && parsed.success) kept = parsed.data
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
      if (!isMissing && !(error instanceof SyntaxError)) throw error
    }
    return new MqttMemory(path, kept)
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
    await mkdir(dirname(this.#path), { recursive: true })
    await writeFileDurably(this.#path, seal(kept), OWNER_ONLY)
    this.#kept = kept
  }
}
