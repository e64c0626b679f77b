import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { classPath, python } from './spark.ts'

const MAIN = join(import.meta.dirname, '../../src/app/cli/main.ts')
const CONFIG = `city: {timeZone: America/New_York}
kafka:
  feeds: [{name: sensors, brokers: ['127.0.0.1:9'], tls: 'off', topics: [{topic: traffic-sensors, stream: readings}]}]
`

/** Each step of deploy/spark/arterial_upkeep.py on tables as the job of deploy/spark makes them. @returns what is wrong */
export async function upkeep(): Promise<string[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'arterial-spark-upkeep-')))
  try {
    const config = join(folder, 'arterial.yaml')
    await writeFile(config, CONFIG)
    const out = join(folder, 'export')
    await run(process.execPath, [
      ...['--disable-warning=ExperimentalWarning', MAIN, 'spark', 'export', '--out', out, '--config', config],
    ])
    const said = await run(python ?? '', [join(import.meta.dirname, 'upkeep.py'), folder, classPath(), out])
    return said.trimEnd().endsWith('\nok') ? [] : [said.slice(-2000)]
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** @returns what it wrote. @throws with its last words where it fails */
async function run(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { env: { ...process.env, SPARK_LOCAL_IP: '127.0.0.1' } })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  if (code !== 0) throw new Error(`${args[0] ?? command} ended with ${String(code)}: ${stderr.slice(-2000)}`)
  return stdout
}
