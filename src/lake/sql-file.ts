import { readFileSync, readdirSync } from 'node:fs'
import { withRules } from './rule-sql.ts'

/** The statement in a `.sql` file beside the code, without its header and with the rules it names. */
export function sqlFile(url: URL): string {
  return withRules(withoutComments(readFileSync(url, 'utf8')))
}

/** The statements of a `.sql` file that holds several, each ended by a semicolon at a line's end. */
export function sqlStatements(url: URL): string[] {
  return withoutComments(readFileSync(url, 'utf8'))
    .split(/;[ \t]*(?:\n|$)/)
    .map(statement => statement.trim())
    .filter(statement => statement !== '')
}

/** Numbered `.sql` files of a folder, in order. */
export function numberedSqlFiles(folder: URL): string[] {
  return readdirSync(folder)
    .filter(name => /^\d+_\w+\.sql$/.test(name))
    .sort()
}

/** The views among the `.sql` files of a stream's folder, in order. */
export function viewFiles(folder: URL): string[] {
  return readdirSync(folder)
    .filter(name => /^view_\d+_\w+\.sql$/.test(name))
    .sort()
}

function withoutComments(sql: string): string {
  return sql.replace(/^\s*--.*$/gm, '').trim()
}
