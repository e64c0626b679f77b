import { resolve } from 'node:path'
import { Command } from 'commander'
import type { Finding, NetworkReport } from '../../../../sources/networks/index.ts'
import { command } from '../../options.ts'
import { facts, number } from '../../output.ts'
import type { Shell } from '../../shell.ts'

const FORMATS: Readonly<Record<NetworkReport['format'], string>> = {
  sumo: 'network of SUMO',
  'osm-xml': 'roads of OpenStreetMap (XML)',
  'osm-pbf': 'roads of OpenStreetMap (PBF)',
}

export function networkCommand(shell: Shell): Command {
  const checking = command(
    'check',
    'read a road network (SUMO .net.xml, OpenStreetMap .osm or .osm.pbf) and tell what is kept of it, what was dropped and why, and what was guessed; touches no data folder',
    ['network check cologne1.net.xml', 'network check town.osm.pbf --json'],
  )
    .argument('<file>', 'the road network')
    .option('--json', 'one JSON document on stdout')
    .action((file: string, flags: { readonly json?: boolean }) => check(shell, file, flags.json === true))
  return new Command('network').description('road networks for the simulator').addCommand(checking)
}

async function check(shell: Shell, file: string, isJson: boolean): Promise<void> {
  const { networkFile, readNetwork } = await import('../../../../sources/networks/index.ts')
  const { report } = await readNetwork(networkFile(resolve(shell.cwd, file), file))
  shell.stdout.write(isJson ? `${JSON.stringify({ file, ...report })}\n` : `${textOf(file, report)}\n`)
}

function textOf(file: string, { format, kept, dropped, guessed, notes }: NetworkReport): string {
  const counts = facts([
    ['nodes', `${number(kept.nodes)}, at ${number(kept.boundaries)} of which streets enter or leave`],
    ['links', `${number(kept.links)} with ${number(kept.lanes)} lanes, ${number(kept.lengthKm)} km`],
    ['movements', number(kept.movements)],
    ['signals', number(kept.signals)],
  ])
  const parts = [
    `${file}: ${FORMATS[format]}`,
    counts,
    ...listed('Dropped', dropped),
    ...listed('Guessed', guessed),
    ...(notes.length === 0 ? [] : [`Notes\n${notes.map(note => `  ${note}`).join('\n')}`]),
  ]
  return parts.join('\n\n')
}

function listed(title: string, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return []
  const lines = findings.map(({ what, count, ids }) => {
    const more = count > ids.length ? `, and ${number(count - ids.length)} more` : ''
    return `  ${number(count)} ${what}: ${ids.join(', ')}${more}`
  })
  return [`${title}\n${lines.join('\n')}`]
}
