import { z } from 'zod'
import type { Mistake } from '../config-error.ts'
import { choice, secret, text, word } from '../values/setting-types.ts'

/** The settings of a place where objects are kept: a folder, a bucket of S3, a container of Azure. */
export function locationSettings(whatFolderIs: string) {
  return {
    kind: choice(['folder', 's3', 'azure'], 'folder', {
      description: `folder: ${whatFolderIs}; s3: a bucket; azure: a container of Blob Storage or Data Lake Gen2`,
    }),
    bucket: text(
      null,
      'the name of a bucket or container that is there, or null',
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      {
        description: 'The bucket of S3 or the container of Azure',
      },
    ),
    prefix: word('', 'a path such as city/landing, or empty', /^([\w.-]+(\/[\w.-]+)*\/?)?$/, {
      description: 'Before the names of all objects',
    }),
    endpoint: z
      .url({ protocol: /^https?$/ })
      .nullable()
      .prefault(null)
      .meta({
        allowed: 'an http or https address, or null',
        description: 'Of a service that speaks as S3 or Azure does; null: the cloud’s own',
      }),
    region: word('us-east-1', 'a region of S3', /^[a-z0-9-]{1,40}$/, { description: 'Where the bucket is' }),
    keyId: text(
      null,
      'an access key’s id, an account, or null; no reference',
      /^(?!\$\{)[\x21-\x7e]{1,128}$/,
      {
        description: 'Access key of S3 (null: as its environment and machine say), account of Azure',
      },
    ),
    key: secret({
      description:
        'The secret that belongs to it; null, of Azure: as its environment says, or the identity of the machine',
    }),
    proxy: text(null, 'an http or https address without user and password, or null', /^https?:\/\/[^\s@]+$/, {
      description: 'Proxy through which the service is reached; null: as HTTPS_PROXY and NO_PROXY say',
    }),
    ca: secret({ description: 'Certificates to trust beside the usual ones, PEM' }),
  }
}

/** The folder of a place that is not in the data folder. */
export const locationFolder = (description: string) =>
  text(null, 'a folder, or null', /^[^\0]{1,4096}$/, { description })

/** Rules between the settings of a place. @param section its name in the file, such as landing */
export function locationMistakes(section: string, given: unknown): Omit<Mistake, 'where'>[] {
  const { kind, bucket, keyId, key } = (given ?? {}) as Readonly<Record<string, unknown>>
  const isGiven = (value: unknown) => value !== undefined && value !== null
  if (kind !== 's3' && kind !== 'azure') return []
  return [
    ...(isGiven(bucket)
      ? []
      : [
          {
            path: `${section}.bucket`,
            message: `is missing; allowed: the bucket or container of ${section}.kind ${kind}`,
          },
        ]),
    ...credentialMistakes(section, kind, isGiven(keyId), isGiven(key)),
  ]
}

/** Of Azure the account alone is enough: the machine may have an identity. */
function credentialMistakes(
  section: string,
  kind: 's3' | 'azure',
  hasId: boolean,
  hasKey: boolean,
): Omit<Mistake, 'where'>[] {
  const path = `${section}.keyId`
  if (kind === 'azure')
    return hasId
      ? []
      : [{ path, message: `is missing; allowed: the storage account, with ${section}.key or without` }]
  return hasId === hasKey
    ? []
    : [{ path, message: `and ${section}.key belong together; allowed: both, or neither` }]
}
