import type { Command } from 'commander'
import { UsageError } from '../../../../core/errors.ts'
import type { ObjectStore } from '../../../../storage/index.ts'
import type { CheckedBackup, ListedBackup, MadeBackup, Pruned } from '../../../backup/index.ts'
import { shown } from '../../client/cities.ts'
import { EXIT } from '../../exit-codes.ts'
import { command, positive, withFolderFlags } from '../../options.ts'
import { number, printable, table } from '../../output.ts'
import { progress } from '../../progress.ts'
import type { Shell } from '../../shell.ts'
import { bringBackBronze } from './from-bronze.ts'
import { placeOf } from './place.ts'
import type { BackupFlags } from './place.ts'

const TARGET = 'a folder, on another disk; without it the place that `backup` in the settings names'

export function backupCommand(shell: Shell): Command {
  const make = command('backup', 'keep a data folder, also while it is in use; only what is new is sent', [
    'backup /mnt/usb/arterial',
    'backup --data data/city --json',
    'backup list /mnt/usb/arterial',
  ])
  return withFlags(make)
    .argument('[target]', TARGET)
    .enablePositionalOptions()
    .action((target: string | undefined, flags: BackupFlags) => makeOne(shell, target, flags))
    .addCommand(listCommand(shell))
    .addCommand(checkCommand(shell))
    .addCommand(pruneCommand(shell))
}

export function restoreCommand(shell: Shell): Command {
  const restore = command(
    'restore',
    'make a data folder of a backup, or of open tables; the first start makes the lake anew from it',
    [
      'restore /mnt/usb/arterial --data data',
      'restore --backup 20261128T061213Z --data /srv/again',
      'restore --from-bronze ./tables --data /srv/again',
    ],
  )
  return withFlags(restore)
    .argument('[target]', TARGET)
    .option('--backup <name>', 'which, as `backup list` shows it; without it the newest')
    .option(
      '--from-bronze [folder]',
      'of the lines that open tables have; without a folder the place that `tables` in the settings names',
    )
    .action((target: string | undefined, flags: RestoreFlags) => restoreOne(shell, target, flags))
}

type RestoreFlags = BackupFlags & { backup?: string; fromBronze?: string | true }

function restoreOne(shell: Shell, target: string | undefined, flags: RestoreFlags): Promise<void> {
  const { backup, fromBronze } = flags
  if (fromBronze === undefined) return bringBack(shell, target, flags)
  if (target !== undefined || backup !== undefined)
    throw new UsageError(
      `${backup === undefined ? `"${target ?? ''}" names a place of backups` : '--backup names a backup'}, and --from-bronze takes none: its folder goes behind it, as in restore --from-bronze ./tables.`,
    )
  return bringBackBronze(shell, fromBronze, flags)
}

function withFlags(one: Command): Command {
  return withFolderFlags(one).option('--json', 'one JSON document on stdout')
}

async function makeOne(shell: Shell, target: string | undefined, flags: BackupFlags): Promise<void> {
  const { makeBackup } = await import('../../../backup/index.ts')
  const place = await placeOf(shell, flags, target, 'data')
  const bar = progress(shell.stderr)
  const made = await makeBackup({
    ...place,
    ...{ nowMs: Date.now(), signal: shell.signal, onProgress: path => bar.update(null, path) },
  })
  bar.end(`${shown(place.folder, shell.cwd)} is kept in ${place.store.where}`)
  print(shell, flags, { city: place.city, where: place.store.where, ...made }, () => describeMade(made))
}

function describeMade({ name, files, bytes, sentFiles, sentBytes, end, floor }: MadeBackup): string {
  const old =
    floor === 0
      ? ''
      : `\nThe log begins at record ${number(floor)}: rows that were made of older ones cannot be made anew from it.`
  return `Backup ${name}: ${number(files)} files of ${mebibytes(bytes)}, of which ${number(sentFiles)} of ${mebibytes(sentBytes)} were new; all records before ${number(end)}.${old}`
}

function listCommand(shell: Shell): Command {
  const list = command('list', 'the backups that there are, newest first', ['backup list /mnt/usb/arterial'])
  return withFlags(list)
    .argument('[target]', TARGET)
    .action(async (target: string | undefined, flags: BackupFlags) => {
      const { listBackups } = await import('../../../backup/index.ts')
      const { store, city } = await placeOf(shell, flags, target, 'backups')
      const backups = await listBackups(store, city)
      print(shell, flags, { city, where: store.where, backups }, () =>
        backups.length === 0
          ? `No backup of ${city} in ${store.where}.`
          : table<ListedBackup>(
              [
                { title: 'backup', value: row => row.name },
                { title: 'made at', value: row => row.made_at },
                { title: 'files', value: row => number(row.files) },
                { title: 'size', value: row => mebibytes(row.bytes) },
                { title: 'records before', value: row => number(row.end) },
                { title: 'by', value: row => row.version },
              ],
              backups,
            ),
      )
    })
}

function checkCommand(shell: Shell): Command {
  const check = command(
    'check',
    'read every byte of a backup: exit code 1 where some are not what was kept',
    ['backup check /mnt/usb/arterial'],
  )
  return withFlags(check)
    .argument('[target]', TARGET)
    .option('--backup <name>', 'which; without it the newest')
    .action(async (target: string | undefined, flags: BackupFlags & { backup?: string }) => {
      const { checkBackup } = await import('../../../backup/index.ts')
      const { store, city } = await placeOf(shell, flags, target, 'backups')
      const name = await nameOf(store, city, flags.backup)
      const bar = progress(shell.stderr)
      const checked = await checkBackup(
        store,
        city,
        name,
        (share, path) => bar.update(share, path),
        shell.signal,
      )
      const isWhole = checked.missing.length + checked.damaged.length === 0
      bar.end(isWhole ? `${name} is whole` : `${name} is not whole`)
      if (!isWhole) shell.exitCode = EXIT.difference
      print(shell, flags, { city, where: store.where, ok: isWhole, ...checked }, () =>
        describeChecked(checked),
      )
    })
}

function describeChecked({ name, files, missing, damaged }: CheckedBackup): string {
  return [
    `Backup ${name}: ${number(files)} files, ${number(missing.length)} missing, ${number(damaged.length)} damaged.`,
    ...missing.map(path => `missing  ${printable(path)}`),
    ...damaged.map(path => `damaged  ${printable(path)}`),
  ].join('\n')
}

function pruneCommand(shell: Shell): Command {
  const pruning = command(
    'prune',
    'remove all backups but the newest, and the bytes that no other one needs',
    ['backup prune /mnt/usb/arterial --keep 14'],
  )
  return withFlags(pruning)
    .argument('[target]', TARGET)
    .requiredOption('--keep <n>', 'how many stay', positive)
    .action(async (target: string | undefined, flags: BackupFlags & { keep: number }) => {
      const { prune } = await import('../../../backup/index.ts')
      const { store, city } = await placeOf(shell, flags, target, 'backups')
      const done = await prune(store, city, flags.keep)
      print(shell, flags, { city, where: store.where, ...done }, () => describePruned(done))
    })
}

function describePruned({ removed, kept, files }: Pruned): string {
  return `${number(removed.length)} backups were removed, with ${number(files)} files that no other one needs; ${number(kept.length)} are kept.`
}

async function bringBack(
  shell: Shell,
  target: string | undefined,
  flags: BackupFlags & { backup?: string },
): Promise<void> {
  const { restore } = await import('../../../backup/index.ts')
  const { store, city, folder } = await placeOf(shell, flags, target, 'backups')
  const name = await nameOf(store, city, flags.backup)
  const bar = progress(shell.stderr)
  const onProgress = (share: number, path: string) => bar.update(share, path)
  const { made_at, log, files } = await restore({
    store,
    city,
    name,
    folder,
    onProgress,
    signal: shell.signal,
  })
  const to = shown(folder, shell.cwd)
  bar.end(`${to} is there again`)
  print(
    shell,
    flags,
    { city, where: store.where, name, folder, made_at, end: log.end, files: files.length },
    () =>
      `${to} is as it was at ${made_at} (backup ${name}): all records before ${number(log.end)}. What came later is not in it. Start it now: the lake is made anew from the log.`,
  )
}

/** @throws {UsageError} when there is none at all */
async function nameOf(store: ObjectStore, city: string, asked: string | undefined): Promise<string> {
  if (asked !== undefined) return asked
  const { backupNames } = await import('../../../backup/index.ts')
  const newest = (await backupNames(store, city)).at(-1)
  if (newest === undefined)
    throw new UsageError(`There is no backup of ${city} in ${store.where}. \`arterial backup\` makes one.`)
  return newest
}

function print(shell: Shell, { json }: BackupFlags, document: object, text: () => string): void {
  shell.stdout.write(`${json === true ? JSON.stringify(document) : text()}\n`)
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toLocaleString('en', { maximumFractionDigits: 1 })} MiB`
}
