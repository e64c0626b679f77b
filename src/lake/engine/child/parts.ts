import { readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WatchedTable } from './parent-messages.ts'
import type { Runner } from './runner.ts'

/** A part's name says which of a partition's inserts it holds; what is being written has another kind of name. */
const partName = /^([0-9a-f]+|all)_(\d+)_(\d+)_(\d+)(?:_\d+)?$/
const withinMs = 1_500
const lookMs = 10

interface Range {
  readonly table: string
  readonly partition: string
  readonly first: number
  readonly last: number
}

/**
 * Waits until the engine knows every part that lies in the tables' folders now, as another engine wrote them.
 * @returns false when it does not in time
 */
export async function seesParts(runner: Runner, tables: readonly WatchedTable[]): Promise<boolean> {
  let missing = (await Promise.all(tables.map(partsOnDisk))).flat()
  const deadline = performance.now() + withinMs
  for (;;) {
    const known = await knownParts(runner)
    missing = missing.filter(part => !(known.get(keyOf(part)) ?? []).some(one => covers(one, part)))
    if (missing.length === 0) return true
    if (performance.now() > deadline) return false
    await sleep(lookMs)
    // What was merged away meanwhile is in another part, which the next question asks for.
    const there = new Set((await Promise.all(tables.map(partsOnDisk))).flat().map(textOf))
    missing = missing.filter(part => there.has(textOf(part)))
  }
}

async function partsOnDisk({ table, parts }: WatchedTable): Promise<Range[]> {
  const names = await readdir(parts).catch(() => [])
  return names.flatMap(name => {
    const [, partition, first, last] = partName.exec(name) ?? []
    return partition === undefined ? [] : [{ table, partition, first: Number(first), last: Number(last) }]
  })
}

async function knownParts(runner: Runner): Promise<Map<string, Range[]>> {
  const rows = await runner.ask<Range>(
    `SELECT concat(database, '.', table) AS table, partition_id AS partition,
            toFloat64(min_block_number) AS first, toFloat64(max_block_number) AS last FROM system.parts`,
  )
  return Map.groupBy(rows, keyOf)
}

function keyOf({ table, partition }: Range): string {
  return `${table} ${partition}`
}

function textOf({ table, partition, first, last }: Range): string {
  return `${table} ${partition} ${first} ${last}`
}

function covers(one: Range, other: Range): boolean {
  return one.first <= other.first && one.last >= other.last
}
