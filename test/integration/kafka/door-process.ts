import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const MAIN = join(import.meta.dirname, '../../../src/app/cli/main.ts')

/** One run of `arterial door` in a process of its own. */
export class DoorProcess {
  /** The program, for its other commands. */
  static readonly main = MAIN
  readonly url: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
  }

  /** @param config path of its settings. @param more options of the command */
  static async start(config: string, more: readonly string[] = []): Promise<DoorProcess> {
    const args = ['--disable-warning=ExperimentalWarning', MAIN, 'door', '--config', config]
    const child = spawn(process.execPath, [...args, '--port', '0', '--json', ...more], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (part: Buffer) => (said = (said + part.toString()).slice(-10_000)))
    for await (const line of createInterface({ input: child.stdout })) {
      const { port } = new URL((JSON.parse(line) as { url: string }).url)
      return new DoorProcess(child, `http://127.0.0.1:${port}`)
    }
    throw new Error(`the door ended: ${said}`)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** `kill -9`. */
  kill(): Promise<number | null> {
    return this.#end('SIGKILL')
  }

  /** As a container is ended. @returns its exit code */
  stop(): Promise<number | null> {
    return this.#end('SIGTERM')
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const { exitCode, signalCode } = this.#child
    if (exitCode !== null || signalCode !== null) return exitCode
    const ended = once(this.#child, 'exit') as Promise<[number | null]>
    this.#child.kill(signal)
    return (await ended)[0]
  }
}
