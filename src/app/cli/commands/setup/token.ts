import { Command, InvalidArgumentError } from 'commander'
import { createToken } from '../../../../serve/index.ts'
import { command } from '../../options.ts'
import { note } from '../../client/connect.ts'
import type { Shell } from '../../shell.ts'

const SCOPES = ['read', 'write', 'admin'] as const

interface CreateFlags {
  readonly name: string
  readonly scopes: readonly string[]
  readonly json?: boolean
}

export function tokenCommand(shell: Shell): Command {
  const create = command('create', 'make an access token; the server keeps only its SHA-256', [
    'token create --name nw-corridor --scopes write',
    'token create --name grafana --scopes read --json',
  ])
  create
    .requiredOption('--name <name>', 'whose it is', name)
    .requiredOption('--scopes <list>', `what it may do: ${SCOPES.join(', ')}, separated by commas`, scopes)
    .option('--json', 'one JSON document on stdout')
    .action((flags: CreateFlags) => {
      const { token, sha256 } = createToken()
      const entry = { name: flags.name, sha256, scopes: flags.scopes }
      if (flags.json) shell.stdout.write(`${JSON.stringify({ token, ...entry })}\n`)
      else explain(shell, token, entry)
    })
  return new Command('token').description('access tokens').addCommand(create)
}

function explain(
  shell: Shell,
  token: string,
  entry: { name: string; sha256: string; scopes: readonly string[] },
): void {
  note(shell, 'Keep this token; it is not shown again:')
  shell.stdout.write(`${token}\n`)
  note(shell, 'Put this into arterial.yaml and restart:')
  shell.stderr.write(
    `server:\n  tokens:\n    - name: "${entry.name}"\n      sha256: "${entry.sha256}"\n      scopes: [${entry.scopes.join(', ')}]\n`,
  )
}

function name(text: string): string {
  if (!/^[\x21-\x7e]{1,64}$/.test(text) || /["\\]/.test(text)) {
    throw new InvalidArgumentError(
      'It must be 1 to 64 printable characters without spaces, quotes and backslashes.',
    )
  }
  return text
}

function scopes(text: string): string[] {
  const list = [...new Set(text.split(/[\s,]+/).filter(Boolean))]
  const wrong = list.filter(one => !(SCOPES as readonly string[]).includes(one))
  if (list.length === 0 || wrong.length > 0) {
    throw new InvalidArgumentError(
      `It must be a list of ${SCOPES.join(', ')}${wrong.length ? `; not ${wrong.join(', ')}` : ''}.`,
    )
  }
  return list
}
