import { printableLine } from '../../core/text/printable.ts'
import type { Terminal } from './shell.ts'

export interface Progress {
  /** `share` 0–1, or null while the end is unknown. */
  update(share: number | null, text: string): void
  /** Clears the bar; the last text stays as a line. */
  end(text: string): void
}

const REDRAW_MS = 100
const LINE_EVERY_MS = 10_000
const BAR_WIDTH = 24

/** A bar that redraws itself on a terminal; elsewhere a line every ten seconds. */
export function progress(terminal: Terminal, nowMs: () => number = () => performance.now()): Progress {
  const every = terminal.isTTY ? REDRAW_MS : LINE_EVERY_MS
  let drawnMs = terminal.isTTY ? -Infinity : nowMs()
  return {
    update(share, message) {
      if (nowMs() - drawnMs < every) return
      drawnMs = nowMs()
      const text = printableLine(message)
      if (terminal.isTTY) terminal.write(`\r\x1b[2K${fit(bar(share), text, terminal.columns ?? 80)}`)
      else terminal.write(`${share === null ? '' : `${Math.floor(share * 100)} % · `}${text}\n`)
    },
    end(message) {
      const text = printableLine(message)
      terminal.write(terminal.isTTY ? `\r\x1b[2K${text}\n` : `${text}\n`)
    },
  }
}

function bar(share: number | null): string {
  if (share === null) return ''
  const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH)
  const percent = `${Math.floor(share * 100)}`.padStart(3)
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${percent} %  `
}

function fit(before: string, text: string, columns: number): string {
  return `${before}${text}`.slice(0, Math.max(10, columns - 1))
}
