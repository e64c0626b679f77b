import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const WEB = join(import.meta.dirname, '../../../web/src')
/** Words of the reference (docs/words.md) at which an engineer of traffic stops. */
const STRANGE = /\bdurable\b|\bdoors?\b|\bdrift|\bwire record|level with the log|\bbacklog\b|\bingest/i
const STRING = /'([^'\n\\]*)'|"([^"\n\\]*)"|`([^`\\]*)`/g
const TAGGED = />([^<>{}=;'"`?|]+)[<{]/g

/** What the code of a component says to its readers: strings and text between tags that hold a space, as names hold none. */
function sentences(source: string): string[] {
  const code = source.replaceAll(/\/\*[^]*?\*\/|(^|\s)\/\/.*$|^import .*$/gm, '')
  return [...code.matchAll(STRING), ...code.matchAll(TAGGED)]
    .map(match =>
      (match.slice(1).find(part => typeof part === 'string') ?? '').replaceAll(/\$\{[^}]*\}/g, '').trim(),
    )
    .filter(text => /\w \w/.test(text.replaceAll(/\s+/g, ' ')))
}

describe('the words on the page', () => {
  it('are those that its readers would use', () => {
    const said = globSync('**/*.{ts,tsx}', { cwd: WEB }).flatMap(file =>
      sentences(readFileSync(join(WEB, file), 'utf8')).map(text => `${file}: ${text}`),
    )
    expect(said.length).toBeGreaterThan(150)
    expect(said.filter(line => STRANGE.test(line.slice(line.indexOf(':'))))).toEqual([])
  })
})
