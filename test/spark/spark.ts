import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pythonWith } from '../python.ts'

const JARS = join(import.meta.dirname, '../../.spark')
/** One that has Spark; null where none has. */
export const python = pythonWith(['pyspark'])
const hasJava = spawnSync('java', ['-version']).status === 0

/** What to say where Spark is missing; null where it is there. */
export const sparkMissing =
  python !== null && hasJava && existsSync(JARS)
    ? null
    : 'needs Java 17, Spark and Delta: python3 -m venv .venv && .venv/bin/pip install -r test/spark/requirements.txt && mvn -q -B -f deploy/spark/pom.xml dependency:copy-dependencies -DoutputDirectory=$PWD/.spark'

export type Row = Readonly<Record<string, unknown>>

/** A session of Spark with Delta, in a process of its own. */
export class Spark {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #folder: string

  private constructor(child: ChildProcess, lines: AsyncIterator<string>, folder: string) {
    this.#child = child
    this.#lines = lines
    this.#folder = folder
  }

  static async start(): Promise<Spark> {
    const folder = mkdtempSync(join(tmpdir(), 'arterial-spark-'))
    const child = spawn(python ?? '', [join(import.meta.dirname, 'session.py'), folder, classPath()], {
      stdio: ['pipe', 'pipe', process.env['SPARK_TELLS'] === undefined ? 'ignore' : 'inherit'],
      cwd: folder,
      env: { ...process.env, SPARK_LOCAL_IP: '127.0.0.1' },
    })
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const spark = new Spark(child, lines, folder)
    await spark.#answer()
    return spark
  }

  /** @throws with Spark's own words where it refuses */
  async sql(sql: string): Promise<Row[]> {
    this.#child.stdin?.write(`${JSON.stringify({ sql })}\n`)
    const { rows, error } = await this.#answer()
    if (rows === undefined) throw new Error(`${sql}: ${error ?? ''}`)
    return rows
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'close')
    this.#child.stdin?.end()
    await ended
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #answer(): Promise<{ readonly rows?: Row[]; readonly error?: string }> {
    const next = (await this.#lines.next()) as IteratorResult<string, undefined>
    if (next.done === true)
      throw new Error('Spark ended; SPARK_TELLS=1 in the environment shows what it says of it')
    return JSON.parse(next.value) as { rows?: Row[]; error?: string }
  }
}

/** Only what Spark does not bring itself: two versions of one thing fight. */
export function classPath(): string {
  const shipped = new Set(readdirSync(shippedJars()).map(nameOf))
  return readdirSync(JARS)
    .filter(jar => !shipped.has(nameOf(jar)))
    .map(jar => join(JARS, jar))
    .join(':')
}

const nameOf = (jar: string) => jar.replace(/-\d[^/]*\.jar$/, '')

function shippedJars(): string {
  const script = 'import os, pyspark; print(os.path.join(os.path.dirname(pyspark.__file__), "jars"))'
  return spawnSync(python ?? '', ['-c', script], { encoding: 'utf8' }).stdout.trim()
}
