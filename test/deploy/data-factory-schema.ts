import { z } from 'zod'

/**
 * What a pipeline, a trigger and a linked service of Azure Data Factory may be, as far as ours use them: by Microsoft's REST API
 * 2018-06-01 (azure-rest-api-specs, Microsoft.DataFactory/stable/2018-06-01/entityTypes/Pipeline.json, Trigger.json, LinkedService.json)
 * and its pages on activities. Stricter in one thing: what is not named here is refused, so that a typing mistake is none of ours.
 */
const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_ -]{0,139}$/)
const span = z.string().regex(/^((\d+)\.)?(\d\d):(60|([0-5][0-9])):(60|([0-5][0-9]))$/)
const expression = z.strictObject({ value: z.string().startsWith('@'), type: z.literal('Expression') })
const text = z.union([z.string(), expression])
const annotations = z.array(z.string())

const Dependency = z.strictObject({
  activity: z.string(),
  dependencyConditions: z.array(z.enum(['Succeeded', 'Failed', 'Skipped', 'Completed'])).min(1),
})
const base = {
  name,
  description: z.string(),
  dependsOn: z.array(Dependency),
  policy: z.strictObject({
    timeout: span,
    retry: z.int().min(0),
    retryIntervalInSeconds: z.int().min(30).max(86_400),
    secureInput: z.boolean(),
    secureOutput: z.boolean(),
  }),
  userProperties: z.array(z.strictObject({ name: z.string(), value: text })),
}
const Activity = z.discriminatedUnion('type', [
  z.strictObject({
    ...base,
    type: z.literal('DatabricksSparkPython'),
    linkedServiceName: z.strictObject({ referenceName: name, type: z.literal('LinkedServiceReference') }),
    typeProperties: z.strictObject({
      pythonFile: text,
      parameters: z.array(text).optional(),
      libraries: z.array(z.looseObject({})).optional(),
    }),
  }),
  z.strictObject({
    ...base,
    type: z.literal('WebActivity'),
    typeProperties: z.strictObject({
      method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
      url: text,
      headers: z.record(z.string(), text).optional(),
      body: text.optional(),
      authentication: z.strictObject({ type: z.literal('MSI'), resource: z.string() }).optional(),
    }),
  }),
])

export const DataFactoryPipeline = z.strictObject({
  name,
  properties: z.strictObject({
    description: z.string(),
    activities: z.array(Activity).max(120),
    parameters: z.record(
      z.string(),
      z.strictObject({
        type: z.enum(['Object', 'String', 'Int', 'Float', 'Bool', 'Array', 'SecureString']),
        defaultValue: z.string().optional(),
      }),
    ),
    concurrency: z.int().min(1),
    annotations,
    folder: z.strictObject({ name: z.string() }),
  }),
})
export type DataFactoryPipeline = z.infer<typeof DataFactoryPipeline>

export const DataFactoryTrigger = z.strictObject({
  name,
  properties: z.strictObject({
    description: z.string(),
    annotations,
    type: z.literal('TumblingWindowTrigger'),
    pipeline: z.strictObject({
      pipelineReference: z.strictObject({ referenceName: name, type: z.literal('PipelineReference') }),
      parameters: z.record(z.string(), text),
    }),
    typeProperties: z.strictObject({
      frequency: z.enum(['Minute', 'Hour', 'Month']),
      interval: z.int().min(1),
      startTime: z.iso.datetime(),
      delay: span,
      maxConcurrency: z.int().min(1).max(50),
      retryPolicy: z.strictObject({
        count: z.int().min(0),
        intervalInSeconds: z.int().min(30).max(86_400),
      }),
      dependsOn: z.array(z.never()),
    }),
  }),
})

export const DataFactoryLinkedService = z.strictObject({
  name,
  properties: z.strictObject({
    description: z.string(),
    annotations,
    type: z.literal('AzureDatabricks'),
    typeProperties: z.strictObject({
      domain: z.url({ protocol: /^https$/ }),
      authentication: z.literal('MSI'),
      workspaceResourceId: z.string().startsWith('/subscriptions/'),
      newClusterVersion: z.string(),
      newClusterNodeType: z.string(),
      newClusterNumOfWorker: z.string().regex(/^(\d+|\d+:\d+)$/),
      newClusterSparkConf: z.record(z.string(), z.string()),
    }),
  }),
})
