/** What may be typed behind some words of a command line. */
export interface Place {
  /** The words, such as `arterial sensors`. */
  readonly path: string
  readonly choices: readonly { readonly word: string; readonly meaning: string }[]
}

/** The longest run of words that names a command says which choices there are; else files are offered. */
export function bashScript(places: readonly Place[]): string {
  const cases = places.map(({ path, choices }) => {
    return `    ${quoted(path)}) choices=${quoted(choices.map(({ word }) => word).join(' '))} ;;`
  })
  return `# bash completion of arterial, written by \`arterial completion bash\`
_arterial() {
  local path=arterial word choices
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
      ${commandPaths(places)}) path="$path $word" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$choices" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _arterial arterial
`
}

export function zshScript(places: readonly Place[]): string {
  const cases = places.map(({ path, choices }) => {
    const lines = choices.map(({ word, meaning }) => quoted(`${word}:${meaning.replaceAll(':', '\\:')}`))
    return `    ${quoted(path)}) choices=(${lines.join(' ')}) ;;`
  })
  return `#compdef arterial
# zsh completion of arterial, written by \`arterial completion zsh\`
_arterial() {
  local path_=arterial word
  local -a choices
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$path_ $word" in
      ${commandPaths(places)}) path_="$path_ $word" ;;
    esac
  done
  case "$path_" in
${cases.join('\n')}
  esac
  _describe arterial choices || _files
}
if [ "$funcstack[1]" = _arterial ]; then _arterial; else compdef _arterial arterial; fi
`
}

export function fishScript(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, choices }) =>
    choices.map(({ word, meaning }) => {
      const given = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`
      const about = meaning.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
      return `complete -c arterial -n '__arterial_at "${path}"' ${given} -d '${about}'`
    }),
  )
  return `# fish completion of arterial, written by \`arterial completion fish\`
function __arterial_at
  set -l path arterial
  for word in (commandline -opc)[2..-1]
    switch "$path $word"
      case ${commandPaths(places, ' ')}
        set path "$path $word"
    end
  end
  test "$path" = "$argv[1]"
end
${lines.join('\n')}
`
}

function commandPaths(places: readonly Place[], separator = ' | '): string {
  return places
    .slice(1)
    .map(({ path }) => quoted(path))
    .join(separator)
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
