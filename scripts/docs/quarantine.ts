import { REASONS } from '../../src/lake/readings/scan/reasons.ts'
import { markdownTable } from './table.ts'

/** docs/reference/quarantine.md, from the scanner's rules. */
export function quarantineReference(): string {
  const rows = Object.entries(REASONS).map(([code, meaning]) => [`\`${code}\``, meaning])
  return `# Why a line is in quarantine

<!-- Written by \`npm run docs\` from src/lake/readings/scan/reasons.ts; do not edit. -->

A line that breaks a rule is kept byte for byte, with the code of every rule it breaks. Codes never change their meaning.
\`arterial quarantine list\`, \`GET /v1/quarantine\` and the table \`quarantine.lines\` show them. These are the codes of readings; the page of each
[stream](streams/README.md) has its own.

${markdownTable(['code', 'meaning'], rows)}
`
}
