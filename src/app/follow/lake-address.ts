import { resolve } from 'node:path'
import { ConfigError } from '../../core/errors.ts'

const FORMS =
  'a folder, s3://<bucket>/<prefix>, abfss://<container>@<account>.dfs.core.windows.net/<prefix> or az://<container>/<prefix>'
const BUCKET = /^(?:s3|s3a):\/\/([^/?#]+)\/?(.*)$/
const CONTAINER_OF = /^(?:abfss?|wasbs?):\/\/([^/@]+)@([a-z0-9]+)\.(?:dfs|blob)\.[^/]+\/?(.*)$/
const CONTAINER = /^(?:az|azure):\/\/([^/?#]+)\/?(.*)$/

/**
 * The settings that `--lake delta:<place>` stands for, by path. Keys to a bucket stand in none of them: they come from the file or the
 * environment.
 * @throws {ConfigError} where the place is of no known form, or holds a secret, which is not repeated
 */
export function settingsOfLake(lake: string): Readonly<Record<string, string>> {
  const place = /^delta:(.+)$/s.exec(lake)?.[1]
  if (place === undefined) throw new ConfigError(`--lake must be delta: and ${FORMS}`)
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(place)?.[1]?.toLowerCase()
  if (scheme === undefined) return folder(place)
  if (scheme === 'file') return folder(place.slice('file://'.length))
  return bucketAt(place, scheme)
}

function bucketAt(place: string, scheme: string): Readonly<Record<string, string>> {
  const [, account, ofAccount, below] = CONTAINER_OF.exec(place) ?? []
  if (account !== undefined && ofAccount !== undefined)
    return { ...bucket('azure', account, below), 'follow.keyId': ofAccount }
  // Before an @ other programs take a key; here it would stand in the list of processes.
  if (place.includes('@'))
    throw new ConfigError(
      `--lake delta:${scheme}://… has an @: keys do not belong there; give follow.keyId and follow.key in the settings, or ARTERIAL_FOLLOW_KEY`,
    )
  const [, ofS3, belowS3] = BUCKET.exec(place) ?? []
  if (ofS3 !== undefined) return bucket('s3', ofS3, belowS3)
  const [, ofAzure, belowAzure] = CONTAINER.exec(place) ?? []
  if (ofAzure !== undefined) return bucket('azure', ofAzure, belowAzure)
  throw new ConfigError(`--lake delta:${scheme}://… is not known; it must be delta: and ${FORMS}`)
}

function folder(path: string): Readonly<Record<string, string>> {
  return { 'follow.kind': 'folder', 'follow.folder': resolve(path) }
}

function bucket(kind: 's3' | 'azure', name: string, prefix = ''): Readonly<Record<string, string>> {
  return { 'follow.kind': kind, 'follow.bucket': name, 'follow.prefix': prefix }
}
