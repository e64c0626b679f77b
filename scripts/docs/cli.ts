import { Readable } from 'node:stream'
import type { Command } from 'commander'
import { EXIT_MEANINGS } from '../../src/app/cli/exit-codes.ts'
import { program } from '../../src/app/cli/program.ts'
import { markdownTable } from './table.ts'

const COLUMNS = 110

/** docs/reference/cli.md: what `--help` prints, command by command. */
export function cliReference(): string {
  let written = ''
  const terminal = { columns: COLUMNS, write: (text: string) => (written += text) }
  const root = program({
    stdout: terminal,
    stderr: terminal,
    stdin: () => Promise.resolve(''),
    input: () => Readable.from([]),
    cwd: '.',
    env: {},
    signal: new AbortController().signal,
    exitCode: 0,
    startSystem: () => Promise.reject(new Error('not for the reference')),
  })
  const help = (command: Command): string => {
    written = ''
    command.outputHelp()
    return written.trim()
  }
  const sections = leaves(root).map(
    ({ name, command }) => `## ${name}\n\n\`\`\`text\n${help(command)}\n\`\`\``,
  )
  const codes = Object.entries(EXIT_MEANINGS).map(([code, meaning]) => [code, meaning])
  return `# Command line

<!-- Written by \`npm run docs\` from the commands' own help; do not edit. -->

In a checkout \`arterial\` is \`npm run -s arterial --\`. A command talks to the system that runs on the data folder (\`--url\` for another); where none
runs it starts the engine itself for as long as it needs. With \`--json\` it prints one JSON document on stdout (\`{"error": {"code", "message"}}\` when it
fails); everything else goes to stderr. Colours only on a terminal, and never with \`NO_COLOR\`. Ctrl-C finishes what is in hand; a second one ends at once.

## Exit codes

${markdownTable(['code', 'meaning'], codes)}

${sections.join('\n\n')}
`
}

function leaves(command: Command, path: readonly string[] = []): { name: string; command: Command }[] {
  const here = [...path, command.name()]
  if (command.commands.length === 0) return [{ name: here.join(' '), command }]
  return command.commands.flatMap(one => leaves(one, here))
}
