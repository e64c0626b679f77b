import { describe, expect, it } from 'vitest'
import { forTerminal, printable, table } from '../../../src/app/cli/output.ts'
import { progress } from '../../../src/app/cli/progress.ts'

describe('table', () => {
  it('aligns columns, numbers to the right, absent values as a dash', () => {
    const rows = [
      { name: 'a', n: 1, ok: true },
      { name: 'längere', n: 1000, ok: null },
    ]
    const text = table<(typeof rows)[number]>(
      [
        { title: 'name', value: row => row.name },
        { title: 'n', value: row => row.n, align: 'right' },
        { title: 'ok', value: row => row.ok },
      ],
      rows,
    )
    expect(text.split('\n')).toEqual([
      'name        n  ok',
      '───────  ────  ───',
      'a           1  yes',
      'längere  1000  –',
    ])
  })
})

describe('printable', () => {
  it('shows what would act on the terminal instead of sending it', () => {
    expect(printable('a\nb\u0007c\u001b[2Jd\u202Ee')).toBe('a\\u000ab\\u0007cd\\u202ee')
  })
})

describe('what goes to a terminal', () => {
  it('keeps styles, and shows all else that would steer it', () => {
    expect(forTerminal('\u001b[31mred\u001b[39m\n\u001b[2J\u009b1m\u202e\t.')).toBe(
      '\u001b[31mred\u001b[39m\n\\u001b[2J\\u009b1m\\u202e\t.',
    )
    const value = { name: 'a\u202eb' }
    expect(JSON.parse(forTerminal(JSON.stringify(value)))).toEqual(value)
  })
})

describe('progress', () => {
  const bar = (isTTY: boolean) => {
    let nowMs = 0
    let text = ''
    const terminal = { isTTY, columns: 60, write: (part: string) => (text += part) }
    const shown = progress(terminal, () => nowMs)
    return { shown, tick: (ms: number) => (nowMs += ms), text: () => text }
  }

  it('shows what would steer the terminal as an escape', () => {
    const { shown, text } = bar(true)
    shown.update(null, 'a\u001b[2Jb\u202e.ndjson')
    shown.end('a\u001b[2Jb\u202e.ndjson')
    expect(text()).toBe('\r\u001b[2Ka\\u001b[2Jb\\u202e.ndjson\r\u001b[2Ka\\u001b[2Jb\\u202e.ndjson\n')
  })

  it('redraws one line on a terminal, never wider than it', () => {
    const { shown, tick, text } = bar(true)
    shown.update(0.5, 'x'.repeat(200))
    tick(10)
    shown.update(0.6, 'too soon')
    shown.end('done')
    expect(text()).toContain('50 %')
    expect(text()).not.toContain('too soon')
    expect(
      text()
        .split('\r')
        .every(line => line.replace('\x1b[2K', '').length <= 60),
    ).toBe(true)
    expect(text().endsWith('done\n')).toBe(true)
  })

  it('writes a line now and then elsewhere, without control characters', () => {
    const { shown, tick, text } = bar(false)
    shown.update(0.1, 'first')
    tick(10_000)
    shown.update(0.2, 'second')
    tick(10)
    shown.update(0.3, 'third')
    shown.end('done')
    expect(text()).toBe('20 % · second\ndone\n')
  })
})
