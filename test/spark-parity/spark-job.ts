import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pythonWith } from '../python.ts'

const ROOT = join(import.meta.dirname, '../..')
const JARS = join(ROOT, '.spark')
const python = pythonWith(['pyspark', 'pyarrow', 'pandas'])
const hasJava = spawnSync('java', ['-version']).status === 0
const hasJars = existsSync(JARS) && readdirSync(JARS).some(name => name.startsWith('spark-sql-kafka'))

/** What to say where Spark is missing; null where it is there. */
export const sparkMissing =
  python !== null && hasJava && hasJars
    ? null
    : 'needs Java 17, Spark, Delta and its reader of Kafka: python3 -m venv .venv && .venv/bin/pip install -r deploy/spark/requirements.txt && mvn -q -B -f deploy/spark/pom.xml dependency:copy-dependencies -DoutputDirectory=$PWD/.spark'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  /** Its last words. */
  readonly stderr: string
  readonly seconds: number
  /** Of the process and all that it began, s; null where it was killed. */
  readonly cpuSeconds: number | null
}

/** One run of `spark-submit`, in a process group of its own. */
export class SparkRun {
  readonly #child: ChildProcess
  readonly ended: Promise<Ended>

  /** @param folder for its temporary files @param options cores that it may use; whether it ends too soon for Java to compile well */
  constructor(script: string, args: readonly string[], folder: string, { cores = 2, isShort = true } = {}) {
    const began = performance.now()
    const submit = [join(ROOT, 'test/spark-parity/submit.py'), script, ...args]
    const child = spawn(python ?? '', submit, {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...{ SPARK_LOCAL_IP: '127.0.0.1', SPARK_CLASSES: classPath(), SPARK_FOLDER: folder },
        SPARK_MASTER: `local[${cores}]`,
        SPARK_JAVA: isShort ? '-XX:+UseSerialGC -XX:TieredStopAtLevel=1' : '',
      },
    })
    this.#child = child
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (process.env['SPARK_TELLS'] !== undefined) process.stderr.write(text)
      stderr = (stderr + text).slice(-20_000)
    })
    this.ended = once(child, 'close').then(([code]) => {
      const [, user, system] = /cpu ([\d.]+) ([\d.]+)\s*$/.exec(stderr) ?? []
      return {
        ...{ code: code as number | null, stdout, stderr },
        seconds: (performance.now() - began) / 1000,
        cpuSeconds: user === undefined ? null : Number(user) + Number(system),
      }
    })
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** `kill -9` of the driver and what it began. */
  async kill(): Promise<void> {
    try {
      process.kill(-(this.#child.pid ?? 0), 'SIGKILL')
    } catch {
      // It has just ended.
    }
    await this.ended
  }
}

/** Waits until a table has so many versions. @returns false where the run ended before */
export async function untilVersions(run: SparkRun, table: string, versions: number): Promise<boolean> {
  const log = join(table, '_delta_log')
  while (run.isRunning) {
    if (versionsOf(log) >= versions) return true
    await sleep(20)
  }
  return false
}

export function versionsOf(log: string): number {
  return existsSync(log) ? readdirSync(log).filter(name => /^\d{20}\.json$/.test(name)).length : 0
}

/** Only what Spark does not bring itself: two versions of one thing fight. */
function classPath(): string {
  const find = 'import os, pyspark; print(os.path.join(os.path.dirname(pyspark.__file__), "jars"))'
  const shipped = spawnSync(python ?? '', ['-c', find], { encoding: 'utf8' }).stdout.trim()
  const names = new Set(readdirSync(shipped).map(nameOf))
  return readdirSync(JARS)
    .filter(jar => !names.has(nameOf(jar)))
    .map(jar => join(JARS, jar))
    .join(':')
}

const nameOf = (jar: string) => jar.replace(/-\d[^/]*\.jar$/, '')
