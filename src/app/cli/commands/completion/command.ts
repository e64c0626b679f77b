import { Argument } from 'commander'
import type { Command } from 'commander'
import { command } from '../../options.ts'
import type { Shell } from '../../shell.ts'
import { bashScript, fishScript, zshScript } from './scripts.ts'
import type { Place } from './scripts.ts'

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const
type Dialect = keyof typeof SCRIPTS

export function completionCommand(shell: Shell): Command {
  const completion = command('completion', 'print what makes the Tab key complete commands and flags', [
    'completion bash > ~/.local/share/bash-completion/completions/arterial',
    'completion zsh > ~/.zfunc/_arterial',
    'completion fish > ~/.config/fish/completions/arterial.fish',
  ])
  return completion
    .addArgument(new Argument('<shell>', 'the shell it is for').choices(Object.keys(SCRIPTS)))
    .action((dialect: Dialect) => {
      const root = completion.parent ?? completion
      shell.stdout.write(SCRIPTS[dialect](placesOf(root, root.name())))
    })
}

function placesOf(one: Command, path: string): Place[] {
  const commands = one.commands.map(sub => ({ word: sub.name(), meaning: sub.description() }))
  const flags = one
    .createHelp()
    .visibleOptions(one)
    .map(option => ({ word: option.long ?? option.short ?? '', meaning: option.description }))
  const below = one.commands.flatMap(sub => placesOf(sub, `${path} ${sub.name()}`))
  return [{ path, choices: [...commands, ...flags] }, ...below]
}
