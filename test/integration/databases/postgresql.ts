import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { Database } from '../../../src/outputs/index.ts'
import { freePort } from './mariadb.ts'

const DEBIAN = '/usr/lib/postgresql'
const bin = existsSync(DEBIAN)
  ? readdirSync(DEBIAN)
      .sort((a, b) => Number(b) - Number(a))
      .map(version => join(DEBIAN, version, 'bin'))
      .find(path => existsSync(join(path, 'initdb')))
  : undefined

/** What to say where PostgreSQL is missing; null where it is there. */
export const postgresqlMissing =
  bin === undefined ? 'PostgreSQL is missing: apt-get install postgresql' : null

/** It refuses to run as root; Debian's package brings a user of its own. */
const asUser = userInfo().uid === 0 ? ['runuser', '-u', 'postgres', '--'] : []

/** A PostgreSQL of its own in a temporary folder, with the database `city`. */
export async function startPostgresql(): Promise<{ readonly there: Database; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'postgresql-'))
  chmodSync(folder, 0o777)
  const data = join(folder, 'data')
  run('initdb', ['-D', data, '-U', 'writer', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C.UTF-8'])
  const port = await freePort()
  const settings = [
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `port=${port}`,
    '-c',
    `unix_socket_directories=${folder}`,
  ]
  const [command = '', ...rest] = [...asUser, join(bin ?? '', 'postgres'), '-D', data, ...settings]
  const server = spawn(command, rest, { stdio: 'ignore' })
  const ended = new Promise(resolve => server.once('exit', resolve))
  const stop = async () => {
    // Told directly: a runuser in between would be told alone.
    run('pg_ctl', ['stop', '-D', data, '-m', 'immediate'])
    await ended
    await rm(folder, { recursive: true })
  }
  const there = {
    host: '127.0.0.1',
    port,
    database: 'city',
    user: 'writer',
    password: null,
    tls: 'off',
  } as const
  for (let tries = 300; ; tries--) {
    try {
      const client = new Client({ ...there, password: '', database: 'postgres', ssl: false })
      await client.connect()
      await client.query('CREATE DATABASE city')
      await client.end()
      return { there, stop }
    } catch (error) {
      if (tries === 0) throw error
      await sleep(200)
    }
  }
}

function run(program: string, args: readonly string[]): void {
  const [command = '', ...rest] = [...asUser, join(bin ?? '', program), ...args]
  const done = spawnSync(command, rest)
  if (done.status !== 0) throw new Error(`${program}: ${String(done.stderr)}`)
}
