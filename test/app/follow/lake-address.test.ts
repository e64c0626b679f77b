import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { settingsOfLake } from '../../../src/app/follow/lake-address.ts'

describe('the place behind --lake delta:', () => {
  it.each([
    ['/mnt/lake', { 'follow.kind': 'folder', 'follow.folder': '/mnt/lake' }],
    ['file:///mnt/lake', { 'follow.kind': 'folder', 'follow.folder': '/mnt/lake' }],
    ['lake', { 'follow.kind': 'folder', 'follow.folder': resolve('lake') }],
    ['s3://city', { 'follow.kind': 's3', 'follow.bucket': 'city', 'follow.prefix': '' }],
    ['s3a://city/a/b', { 'follow.kind': 's3', 'follow.bucket': 'city', 'follow.prefix': 'a/b' }],
    ['az://lake/open', { 'follow.kind': 'azure', 'follow.bucket': 'lake', 'follow.prefix': 'open' }],
    [
      'abfss://lake@account.dfs.core.windows.net/open',
      {
        ...{ 'follow.kind': 'azure', 'follow.bucket': 'lake', 'follow.prefix': 'open' },
        'follow.keyId': 'account',
      },
    ],
  ])('%s is a folder or a bucket, as other programs name it', (place, settings) => {
    expect(settingsOfLake(`delta:${place}`)).toEqual(settings)
  })

  it('holds no key, and none is repeated', () => {
    const wrong = () => settingsOfLake('delta:s3://AKIA:hidden@city/tables')
    expect(wrong).toThrow('follow.keyId and follow.key')
    expect(wrong).not.toThrow('hidden')
  })

  it('is told in all forms it may have where it has none of them', () => {
    expect(() => settingsOfLake('delta:https://city/tables')).toThrow(/https:\/\/… is not known.*abfss/)
    expect(() => settingsOfLake('iceberg:/x')).toThrow('must be delta: and a folder, s3://')
  })
})
