import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Loss, page, Status } from '../../src/serve/contract/index.ts'
import { onThisMachineMs } from './patience.ts'

const LEVEL_WITHIN_MS = 300_000

export interface VerifyAnswer {
  readonly equal: boolean
  readonly readings: number
  readonly streams: readonly unknown[]
}

export async function status(url: string): Promise<Status> {
  const answer = await fetch(`${url}/v1/status`, { signal: AbortSignal.timeout(onThisMachineMs(20_000)) })
  return Status.parse(await answer.json())
}

/** Waits until every layer is complete up to the end of the log. */
export async function untilLevel(url: string): Promise<Status> {
  const begun = performance.now()
  let last: unknown = null
  while (performance.now() - begun < LEVEL_WITHIN_MS) {
    try {
      const now = await status(url)
      last = { backlog: now.backlog, engine: now.engine, problems: now.problems, ready: now.ready }
      if (now.ready && now.backlog.records === 0) return now
    } catch (error) {
      last = error
    }
    await sleep(100)
  }
  throw new Error(`the lake did not become level with the log in time: ${JSON.stringify(last)}`)
}

/** Rows of a user's statement; fails when they were cut off. Whether they were comes behind a long answer, as a trailer. */
export async function sql<T>(url: string, statement: string): Promise<T[]> {
  const {
    status: code,
    text,
    isCut,
  } = await new Promise<{ status: number; text: string; isCut: boolean }>((resolve, reject) => {
    const options = {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      signal: AbortSignal.timeout(onThisMachineMs(120_000)),
    }
    const asking = request(`${url}/v1/sql?format=ndjson`, options, answer => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('error', reject)
      answer.on('end', () => {
        const told = answer.headers['x-truncated'] ?? answer.trailers['x-truncated']
        const body = Buffer.concat(parts).toString()
        resolve({ status: answer.statusCode ?? 0, text: body, isCut: told !== 'false' })
      })
    })
    asking.on('error', reject)
    asking.end(statement)
  })
  if (code !== 200) throw new Error(`SQL was refused: ${text}`)
  if (isCut) throw new Error(`rows were left out: ${statement}`)
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as T)
}

/** POST /v1/admin/verify over the control socket, as `arterial verify` does. */
export async function verify(dataFolder: string): Promise<VerifyAnswer> {
  const text = await control(dataFolder, '/v1/admin/verify')
  const last = JSON.parse(text.trimEnd().split('\n').at(-1) ?? '{}') as { result?: VerifyAnswer }
  if (last.result === undefined) throw new Error(`verify did not end: ${text.slice(-500)}`)
  if (!last.result.equal) process.stderr.write(`${JSON.stringify(last.result).slice(0, 2000)}\n`)
  return last.result
}

/** All losses that are told. */
export async function lossesOf(url: string): Promise<Loss[]> {
  const answer = await fetch(`${url}/v1/losses?limit=10000`, {
    signal: AbortSignal.timeout(onThisMachineMs(20_000)),
  })
  return page(Loss).parse(await answer.json()).items
}

export async function acknowledgeLoss(dataFolder: string, id: string): Promise<void> {
  const loss = Loss.parse(JSON.parse(await control(dataFolder, `/v1/losses/${id}/acknowledge`)))
  if (loss.acknowledged === null) throw new Error(`${id} could not be acknowledged`)
}

/** The answer to a POST of the administrator. */
async function control(dataFolder: string, path: string): Promise<string> {
  const secret = (await readFile(join(dataFolder, 'admin.secret'), 'utf8')).trim()
  return new Promise<string>((resolve, reject) => {
    const asking = request(
      {
        socketPath: join(dataFolder, 'control.sock'),
        method: 'POST',
        path,
        headers: { host: 'localhost', authorization: `Bearer ${secret}` },
      },
      answer => {
        let body = ''
        answer.setEncoding('utf8').on('data', (part: string) => (body += part))
        answer.on('end', () => resolve(body))
        answer.on('error', reject)
      },
    )
    asking.on('error', reject)
    asking.end()
  })
}
