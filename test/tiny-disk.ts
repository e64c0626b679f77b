import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file system of a few MiB in memory, which a test may fill to the last byte. */
export class TinyDisk {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /** @returns the reason in words where this user may not mount one */
  static mount(bytes: number): TinyDisk | string {
    const path = mkdtempSync(join(tmpdir(), 'arterial-disk-'))
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'arterial-test', path], { stdio: 'pipe' })
      return new TinyDisk(path)
    } catch (error) {
      rmSync(path, { recursive: true, force: true })
      return `no small file system can be mounted here: ${(error as Error).message.split('\n')[0] ?? ''}`
    }
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.path)
    return bavail * bsize
  }

  /** Takes all room but `leave` bytes. */
  fill(leave: number): void {
    const file = openSync(join(this.path, 'filler'), 'a')
    try {
      const page = Buffer.alloc(4096)
      while (this.freeBytes > leave) writeSync(file, page)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    } finally {
      closeSync(file)
    }
  }

  /** Gives the room back. */
  empty(): void {
    rmSync(join(this.path, 'filler'), { force: true })
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.path], { stdio: 'pipe' })
    rmSync(this.path, { recursive: true, force: true })
  }
}
