import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection } from 'mysql2/promise'
import type { Database } from '../../../src/outputs/index.ts'

/** What to say where MariaDB is missing; null where it is there. */
export const mariadbMissing =
  spawnSync('mariadbd', ['--version']).status === 0
    ? null
    : 'MariaDB is missing: apt-get install mariadb-server-core mariadb-client-core'

/** A MariaDB of its own in a temporary folder, with the database `city`. */
export async function startMariadb(): Promise<{ readonly there: Database; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'mariadb-'))
  const data = join(folder, 'data')
  const installed = spawnSync('mariadb-install-db', [
    '--no-defaults',
    '--user=root',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ])
  if (installed.status !== 0) throw new Error(String(installed.stderr))
  const port = await freePort()
  const server = spawn(
    'mariadbd',
    [
      '--no-defaults',
      '--user=root',
      `--datadir=${data}`,
      `--socket=${join(folder, 's')}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      '--skip-name-resolve',
      '--innodb-buffer-pool-size=64M',
    ],
    { stdio: 'ignore' },
  )
  const ended = new Promise(resolve => server.once('exit', resolve))
  const stop = async () => {
    server.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true })
  }
  try {
    const setup = await answers(port)
    await setup.query('CREATE DATABASE city')
    await setup.query("CREATE USER writer@'%' IDENTIFIED BY 'a secret'")
    await setup.query("GRANT ALL ON city.* TO writer@'%'")
    await setup.end()
  } catch (error) {
    await stop()
    throw error
  }
  const there = {
    host: '127.0.0.1',
    port,
    database: 'city',
    user: 'writer',
    password: 'a secret',
    tls: 'off',
  } as const
  return { there, stop }
}

async function answers(port: number) {
  for (let tries = 300; ; tries--) {
    try {
      return await createConnection({ host: '127.0.0.1', port, user: 'root' })
    } catch (error) {
      if (tries === 0) throw error
      await sleep(200)
    }
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}
