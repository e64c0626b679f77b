import { createHash } from 'node:crypto'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Session } from 'chdb'
import { createDoor } from './http/door.ts'
import { stopOrder, type StartOrder, type StartReport } from './parent-messages.ts'
import { seesParts } from './parts.ts'
import { Runner } from './runner.ts'
import { closeTempFiles, openTempFiles } from './temp-files.ts'
import { syncTables } from './sync.ts'

// The process that holds the engine. Its parent forks it and sends one order; it answers with the port of its door.
// When the channel to the parent closes, however the parent ended, it ends itself at once: an engine left alone
// would keep the lock on the data folder.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
// Ctrl-C and a service manager's stop reach every process of the group; the parent decides when the engine may go.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)

process.once('message', (order: StartOrder) => {
  start(order).then(
    ({ port, stop }) => {
      process.on('message', message => {
        if (message === stopOrder) void stop().finally(() => process.kill(process.pid, 'SIGKILL'))
      })
      report({ port })
    },
    (error: unknown) => report({ failure: error instanceof Error ? error.message : String(error) }),
  )
})

function report(message: StartReport): void {
  process.send?.(message)
}

async function start(order: StartOrder): Promise<{ port: number; stop: () => Promise<void> }> {
  const { folder, secret, args, watched } = order
  const lakeDir = join(folder, 'lake')
  const ownerId = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  const keeper = new Session(lakeDir, { connectionArgs: [...args] })
  const files = openTempFiles(folder, ownerId)
  const runner = new Runner(lakeDir)
  await runner.ask('SELECT 1')

  const door = createDoor({
    runner,
    files,
    secret,
    sync: (tables, depth) => syncTables(runner, lakeDir, tables, depth),
    fresh: () => seesParts(runner, watched),
  })
  const port = await listen(door)
  const stop = async () => {
    door.close()
    await runner.close()
    closeTempFiles(folder, ownerId)
    keeper.close()
  }
  return { port, stop }
}

function listen(door: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    door.once('error', reject)
    door.listen(0, '127.0.0.1', () => resolve((door.address() as AddressInfo).port))
  })
}
