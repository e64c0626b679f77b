import { parentPort, workerData } from 'node:worker_threads'

/** What one request to the server came to. */
export interface Answered {
  readonly status: number
  readonly bytes: number
  readonly ms: number
  readonly retryAfter: string | null
}

export interface CallerOrder {
  readonly url: string
  readonly calls: readonly { readonly path: string; readonly body: string | null; readonly json: boolean }[]
  /** All at once, or each behind the one before, with this pause. */
  readonly pauseMs: number | null
}

// A caller in a thread of its own, so that its work is not taken for the server's.
const { url, calls, pauseMs } = workerData as CallerOrder

async function call({ path, body, json }: CallerOrder['calls'][number]): Promise<Answered> {
  const begun = performance.now()
  const answer = await fetch(url + path, {
    method: body === null ? 'GET' : 'POST',
    headers: { 'content-type': json ? 'application/json' : 'text/plain' },
    ...(body === null ? {} : { body }),
  })
  let bytes = 0
  for await (const part of answer.body ?? []) bytes += (part as Uint8Array).length
  return {
    status: answer.status,
    bytes,
    ms: performance.now() - begun,
    retryAfter: answer.headers.get('retry-after'),
  }
}

const answers: Answered[] = []
if (pauseMs === null) answers.push(...(await Promise.all(calls.map(call))))
else {
  for (const one of calls) {
    answers.push(await call(one))
    await new Promise(resolve => setTimeout(resolve, pauseMs))
  }
}
parentPort?.postMessage(answers)
