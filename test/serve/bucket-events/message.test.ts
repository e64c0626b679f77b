import { describe, expect, it } from 'vitest'
import { bucketMessage } from '../../../src/serve/bucket-events/message.ts'

const record = (eventName: string, key: string) => ({
  ...{ eventVersion: '2.1', eventSource: 'aws:s3', awsRegion: 'ca-west-1', eventName },
  s3: { bucket: { name: 'city' }, object: { key, size: 1024, eTag: 'd41d8cd98f00b204e9800998ecf8427e' } },
})

describe('a message of a bucket', () => {
  it('of Amazon S3 names what was put there, decoded; what was removed is no news', () => {
    const message = {
      Records: [
        record('ObjectCreated:Put', 'landing/inbox/record/march+2026%2B.csv'),
        record('ObjectRemoved:Delete', 'landing/inbox/record/old.csv'),
      ],
    }
    expect(bucketMessage(message)).toEqual({
      keys: ['landing/inbox/record/march 2026+.csv'],
      validation: null,
    })
  })

  it('of MinIO is the same with two words more', () => {
    const message = {
      EventName: 's3:ObjectCreated:Put',
      Key: 'city/inbox/record/a.csv',
      Records: [record('s3:ObjectCreated:Put', 'inbox/record/a.csv')],
    }
    expect(bucketMessage(message)?.keys).toEqual(['inbox/record/a.csv'])
  })

  it('through EventBridge has its key as it is', () => {
    const message = {
      ...{ version: '0', 'detail-type': 'Object Created', source: 'aws.s3' },
      detail: { bucket: { name: 'city' }, object: { key: 'inbox/record/a+b.csv', size: 5 } },
    }
    expect(bucketMessage(message)?.keys).toEqual(['inbox/record/a+b.csv'])
  })

  it('of Azure Event Grid names the blob, and asks at first whether it is wanted', () => {
    const created = {
      eventType: 'Microsoft.Storage.BlobCreated',
      subject: '/blobServices/default/containers/city/blobs/inbox/record/a.csv',
      data: { api: 'PutBlob' },
    }
    const deleted = { ...created, eventType: 'Microsoft.Storage.BlobDeleted' }
    expect(bucketMessage([created, deleted])?.keys).toEqual(['inbox/record/a.csv'])
    const asks = {
      eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
      data: { validationCode: '512d38b6-c7b8-40c8-89fe-f46f9e9622b6' },
    }
    expect(bucketMessage([asks])).toEqual({ keys: [], validation: '512d38b6-c7b8-40c8-89fe-f46f9e9622b6' })
  })

  it('is nothing else', () => {
    for (const value of [null, 'x', {}, { Records: [{}] }, [{ a: 1 }]])
      expect(bucketMessage(value)).toBeNull()
  })
})
