import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { EXIT_MEANINGS } from '../../src/app/cli/exit-codes.ts'
import { problemKinds } from '../../src/serve/index.ts'
import { markdownTable } from './table.ts'

const ROOT = join(import.meta.dirname, '../..')

interface Known {
  status: string
  meaning: string
  where: string
}

/** docs/reference/errors.md: every code that stands in the sources, with what its class or the table of problems says of it. */
export function errorReference(): string {
  const known = new Map<string, Known>()
  for (const path of sources(join(ROOT, 'src')))
    collect(readFileSync(path, 'utf8'), relative(ROOT, path), known)
  for (const [code, { status, title }] of Object.entries(problemKinds)) {
    const before = known.get(code)
    known.set(code, {
      status: String(status),
      meaning: before?.meaning || title,
      where: before?.where ?? 'src/serve/problems.ts',
    })
  }
  const rows = [...known]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([code, { status, meaning, where }]) => [`\`${code}\``, status, meaning, `\`${where}\``])
  const exits = Object.entries(EXIT_MEANINGS).map(([code, meaning]) => [code, meaning])
  return `# Errors

<!-- Written by \`npm run docs\` from the sources; do not edit. -->

Every foreseen error has a code that is never reworded. The API answers with a problem document (RFC 9457) that carries it; the command line
prints it with \`--json\`. A status stands where the API uses one. Why a *line* was refused is said in [quarantine](quarantine.md).

${markdownTable(['code', 'status', 'meaning', 'defined in'], rows)}

## Exit codes of the command line

${markdownTable(['code', 'meaning'], exits)}
`
}

/** Codes of a file: of its error classes with their docstrings, else of object literals with a status beside. */
function collect(text: string, where: string, known: Map<string, Known>): void {
  const classes = text.matchAll(
    /(?:\/\*\*((?:(?!\*\/)[^])*)\*\/\s*)?export class \w+ extends \w+ \{((?:(?!\n\}\n)[^])*)\n\}\n/g,
  )
  for (const [, comment, body = ''] of classes) {
    const code = /readonly code(?:: [^=\n]+)? = '(ART_\w+)'/.exec(body)?.[1]
    const status = /readonly status = (\d+)/.exec(body)?.[1] ?? ''
    if (code !== undefined) known.set(code, { status, meaning: firstLine(comment), where })
  }
  for (const found of text.matchAll(/(?<=['"`])ART_[A-Z_]+(?=['"`])|(?<=^ *)ART_[A-Z_]+(?=: \{)/gm)) {
    const [code] = found
    const near = text.slice(Math.max(0, found.index - 120), found.index + 160)
    const status = /\bstatus: (\d{3})/.exec(near)?.[1] ?? ''
    const meaning = /\bdetail:\s*['"`]([^'"`$]+)['"`]/.exec(near)?.[1] ?? ''
    if (!known.has(code)) known.set(code, { status, meaning, where })
  }
}

function firstLine(comment: string | undefined): string {
  const text = (comment ?? '').replace(/\n\s*\*/g, '\n').trim()
  return (
    text
      .split(/\n\s*\n|\n\s*@/)[0]
      ?.replace(/\s+/g, ' ')
      .trim() ?? ''
  )
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
}
