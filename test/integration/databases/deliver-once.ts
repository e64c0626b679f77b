import { connectMysql, connectPostgresql, deliver } from '../../../src/outputs/index.ts'
import type { Database } from '../../../src/outputs/index.ts'
import { inBatches, row, ROWS, table } from './incidents-table.ts'

// A process that delivers the table once, every title the one that was asked for, and is killed while it does.
const [kind, there = '', title = ''] = process.argv.slice(2)
const connect = kind === 'MariaDB' ? connectMysql : connectPostgresql
const session = await connect('city', JSON.parse(there) as Database)
const rows = Array.from({ length: ROWS }, (_, i) => row(i, title))
await deliver(session, table, inBatches(rows), {
  output: 'city',
  signal: new AbortController().signal,
  onProgress: count => {
    process.stdout.write(`${count}\n`)
  },
})
process.stdout.write('done\n')
await session.close()
