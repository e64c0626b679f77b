import { DiskFullError, DiskNearlyFullError } from '../../core/errors.ts'
import type { LogWriter } from '../../core/log.ts'
import type { Engine } from '../../lake/engine/index.ts'
import type { ObjectStore } from '../../storage/index.ts'
import type { OversizeStore } from '../../sources/http/index.ts'
import type { DiskWatch } from './watch.ts'

/** The log as doors and simulator see it: with too little space an append is refused before the disk would refuse it. */
export function appendsWithRoom(log: LogWriter, disk: Pick<DiskWatch, 'closed'>): LogWriter {
  return {
    async append(batch) {
      refuseWhenClosed(disk)
      return log.append(batch)
    },
  }
}

/** Long lines as the doors see them: each part of one is refused with too little space, because one line can be huge. */
export function oversizeWithRoom(store: OversizeStore, disk: Pick<DiskWatch, 'closed'>): OversizeStore {
  return {
    async begin() {
      refuseWhenClosed(disk)
      const file = await store.begin()
      return {
        async write(bytes) {
          refuseWhenClosed(disk)
          await file.write(bytes)
        },
        finish: () => file.finish(),
        discard: () => file.discard(),
      }
    },
  }
}

/** What is received, on the disk of the data folder: with too little space nothing is kept. Reads and what gives space back are let through. */
export function storeWithRoom(store: ObjectStore, disk: Pick<DiskWatch, 'closed'>): ObjectStore {
  return {
    where: store.where,
    isThere: () => store.isThere(),
    make: () => store.make(),
    async put(key, bytes) {
      refuseWhenClosed(disk)
      await store.put(key, bytes)
    },
    async putIfAbsent(key, bytes) {
      refuseWhenClosed(disk)
      return store.putIfAbsent(key, bytes)
    },
    async putFile(key, path, options) {
      refuseWhenClosed(disk)
      await store.putFile(key, path, options)
    },
    get: key => store.get(key),
    range: (key, start, length) => store.range(key, start, length),
    has: key => store.has(key),
    list: prefix => store.list(prefix),
    objects: prefix => store.objects(prefix),
    remove: key => store.remove(key),
  }
}

function refuseWhenClosed(disk: Pick<DiskWatch, 'closed'>): void {
  if (disk.closed !== null) throw new DiskNearlyFullError(disk.closed)
}

/** What gives space back is let through, however little there is. */
const GIVES_BACK = /^\s*(ALTER\s+TABLE\s+\S+\s+DROP\s+PARTITION|DROP\s)/i

/**
 * The engine, asked for nothing it has no space for: a table's definition that is cut short keeps it from ever opening
 * again. Every statement that writes goes through here; reads are never refused.
 */
export function engineWithRoom(engine: Engine, disk: Pick<DiskWatch, 'full' | 'look'>): Engine {
  const look = async () => {
    await disk.look()
    if (disk.full !== null) throw new DiskFullError(disk.full)
  }
  return {
    mode: engine.mode,
    get state() {
      return engine.state
    },
    get restarts() {
      return engine.restarts
    },
    get shape() {
      return engine.shape
    },
    query: (sql, options) => engine.query(sql, options),
    stream: (sql, format, options) => engine.stream(sql, format, options),
    async exec(sql, options) {
      if (!GIVES_BACK.test(sql)) await look()
      return engine.exec(sql, options)
    },
    async insertNative(table, columns, blocks, options) {
      await look()
      return engine.insertNative(table, columns, blocks, options)
    },
    sync: tables => engine.sync(tables),
    onState: listener => engine.onState(listener),
    stop: () => engine.stop(),
  }
}
