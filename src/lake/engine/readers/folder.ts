import { randomUUID } from 'node:crypto'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { databases, type Definition } from './definitions.ts'

/** What the one user of a reader may do. */
export interface ReaderRights {
  /** `database.table` or `database.*` each; nothing else can be read. */
  readonly tables: readonly string[]
  /** What a statement may hold in memory, and ask for. */
  readonly maxMemoryBytes: number
}

/**
 * Makes the folder of a reader: definitions over the other engine's parts, and a user who may read the tables of `rights`
 * and nothing else. Whatever a statement is, the engine itself refuses more.
 *
 * @param lakeDir the folder of the engine that writes
 * @returns what the engine is started with
 */
export async function makeReaderFolder(
  folder: string,
  lakeDir: string,
  definitions: readonly Definition[],
  rights: ReaderRights,
): Promise<string[]> {
  for (const database of databases) {
    const uuid = randomUUID()
    const place = join('store', uuid.slice(0, 3), uuid)
    await mkdir(join(folder, 'lake', 'metadata'), { recursive: true, mode: 0o700 })
    await mkdir(join(folder, 'lake', place), { recursive: true, mode: 0o700 })
    await symlink(join('..', place), join(folder, 'lake', 'metadata', database))
    await write(join(folder, 'lake', 'metadata', `${database}.sql`), attachedDatabase(uuid))
    for (const { name, text } of definitions.filter(one => one.database === database)) {
      await write(join(folder, 'lake', place, `${name}.sql`), text)
    }
  }
  const config = join(folder, 'config.xml')
  const users = join(folder, 'users.xml')
  await write(users, usersXml(rights))
  await write(config, configXml(lakeDir, users))
  return [`--config-file=${config}`]
}

function write(path: string, text: string): Promise<void> {
  return writeFile(path, text, { mode: 0o600 })
}

function attachedDatabase(uuid: string): string {
  return `ATTACH DATABASE _ UUID '${uuid}'\nENGINE = Atomic\n`
}

function configXml(lakeDir: string, users: string): string {
  return `<clickhouse>
  <custom_local_disks_base_directory>${escaped(lakeDir)}/</custom_local_disks_base_directory>
  <users_config>${escaped(users)}</users_config>
</clickhouse>
`
}

/** Names of hidden tables may be seen, their rows may not: by them the guard of users' SQL knows what is hidden. */
function usersXml({ tables, maxMemoryBytes }: ReaderRights): string {
  const grants = [
    ...tables.map(table => `GRANT SELECT ON ${table}`),
    ...databases.map(name => `GRANT SHOW TABLES, SHOW COLUMNS ON ${name}.*`),
  ]
  return `<clickhouse>
  <profiles><default>
    <readonly>2</readonly>
    <max_memory_usage>${maxMemoryBytes}</max_memory_usage>
    <allow_ddl>0</allow_ddl>
    <constraints>
      <max_memory_usage><max>${maxMemoryBytes}</max></max_memory_usage>
      <allow_ddl><const/></allow_ddl>
    </constraints>
  </default></profiles>
  <users><default>
    <password></password>
    <networks><ip>127.0.0.1</ip><ip>::1</ip></networks>
    <profile>default</profile>
    <quota>default</quota>
    <grants>${grants.map(grant => `<query>${grant}</query>`).join('')}</grants>
  </default></users>
  <quotas><default></default></quotas>
</clickhouse>
`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
