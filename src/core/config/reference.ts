import { SECTIONS } from './fields.ts'
import type { Field } from './fields.ts'

/** docs/reference/configuration.md, from the schema. */
export function configurationReference(): string {
  const sections = SECTIONS.map(
    section =>
      `## ${section.name}\n\n${section.description}.\n\n` +
      '| setting | default | allowed | environment variable | what it does |\n| --- | --- | --- | --- | --- |\n' +
      section.fields.map(row).join('\n'),
  )
  return `${INTRODUCTION}\n${sections.join('\n\n')}\n`
}

const INTRODUCTION = `# Configuration

<!-- Written by \`npm run docs\` from src/core/config/schema.ts; do not edit. -->

Settings come from three places, the later winning: the file \`arterial.yaml\` (or the one \`--config\` or \`ARTERIAL_CONFIG\` names), environment
variables, flags. Every setting is optional. The file is looked for in the folder the command is called from, then, inside a checkout, in the
checkout's own folder. All mistakes are reported at once; an unknown key is a mistake. \`arterial config check\` looks for them,
\`arterial config show\` prints what is in force and where it came from.

Sizes are written \`16MiB\`, \`1GiB\`, \`500MB\` or as a number of bytes; durations \`30s\`, \`5m\`, \`24h\`, \`30d\` or as a number in the setting's unit.
Lists in environment variables are separated by commas or written as YAML (\`[a, b]\`); maps as YAML (\`{downtown: 40}\`).

A secret never stands in the file itself but as a reference: \`\${env:NAME}\` is the environment variable of that name, \`\${file:path}\` the content of a
file (a relative path counts from the configuration file; a newline at its end is cut). Secrets are never printed: everything shows \`***\`.

\`\`\`yaml
city:
  name: Springfield
  latitude: 39.7817
  longitude: -89.6501
  timeZone: America/Chicago
  units: us
server:
  port: 8080
retention:
  log: 30d
\`\`\`
`

function row(field: Field): string {
  const { meta } = field
  const flag = meta.flag ? ` (flag \`${meta.flag}\`)` : ''
  const fallback = meta.fallback ?? `\`${JSON.stringify(field.fallback).replace(/^"(.*)"$/, '$1')}\``
  const unit = meta.unit && meta.unit !== 'byte' ? ` (${meta.unit})` : ''
  const cells = [
    `\`${field.path}\``,
    `${fallback}${unit}`,
    meta.allowed,
    `\`${field.env}\`${flag}`,
    meta.description,
  ]
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
