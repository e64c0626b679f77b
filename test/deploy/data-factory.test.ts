import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pipelinesOf } from '../../src/app/pipelines/index.ts'
import { loadConfig } from '../../src/core/config/index.ts'
import { DataFactoryLinkedService, DataFactoryPipeline, DataFactoryTrigger } from './data-factory-schema.ts'

const ROOT = join(import.meta.dirname, '../..')
const FOLDER = join(ROOT, 'deploy/azure/data-factory')
const read = (path: string): unknown => JSON.parse(readFileSync(join(FOLDER, path), 'utf8'))
const pipeline = () => DataFactoryPipeline.parse(read('pipeline/arterial_daily.json'))
const config = () => loadConfig({ cwd: ROOT, env: {} })

/** `0.02:00:00` */
function seconds(span: string): number {
  const [, days = '0', hours = '0', minutes = '0', rest = '0'] =
    /^(?:(\d+)\.)?(\d\d):(\d\d):(\d\d)$/.exec(span) ?? []
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(rest)
}

describe('the pipeline for Azure Data Factory', () => {
  it('has the documented form, and so have its trigger and its linked service', () => {
    expect(pipeline().name).toBe('arterial_daily')
    const trigger = DataFactoryTrigger.parse(read('trigger/arterial_daily.json')).properties
    expect(trigger.pipeline.pipelineReference.referenceName).toBe(pipeline().name)
    expect(Object.keys(pipeline().properties.parameters)).toEqual(
      expect.arrayContaining(Object.keys(trigger.pipeline.parameters)),
    )
    const service = DataFactoryLinkedService.parse(read('linkedService/arterial_databricks.json'))
    for (const activity of pipeline().properties.activities)
      if (activity.type === 'DatabricksSparkPython')
        expect(activity.linkedServiceName.referenceName).toBe(service.name)
  })

  it('has the steps of config/pipelines/daily.yaml, their order, retries and timeouts', () => {
    const [daily] = pipelinesOf(config(), [])
    const activities = pipeline().properties.activities.filter(({ name }) => name !== 'token')
    expect(
      activities.map(({ name, dependsOn, policy }) => {
        const needs = dependsOn.filter(({ activity }) => activity !== 'token')
        const isEnded = needs.some(
          ({ dependencyConditions: of }) => of.includes('Completed') && of.includes('Skipped'),
        )
        return {
          ...{ name, needs: needs.map(({ activity }) => activity), when: isEnded ? 'ended' : 'succeeded' },
          ...{ retries: policy.retry, timeoutS: seconds(policy.timeout) },
          retryDelayS: policy.retryIntervalInSeconds,
        }
      }),
    ).toEqual(
      daily?.steps.map(({ name, needs, when, retries, timeoutS, retryDelayS }) => ({
        ...{ name, needs, when, retries, timeoutS, retryDelayS },
      })),
    )
  })

  it('names no parameter and no activity that is not there', () => {
    const { parameters, activities } = pipeline().properties
    const words = JSON.stringify(activities)
    const used = [...words.matchAll(/pipeline\(\)\.parameters\.(\w+)/g)].map(([, name = '']) => name)
    expect(new Set(used)).toEqual(new Set(Object.keys(parameters)))
    const names = activities.map(({ name }) => name)
    const asked = [...words.matchAll(/activity\('(\w+)'\)/g)].map(([, name = '']) => name)
    const needed = activities.flatMap(({ dependsOn }) => dependsOn.map(({ activity }) => activity))
    for (const name of [...asked, ...needed]) expect(names).toContain(name)
  })

  it('asks Arterial for pipelines that are shipped beside it', () => {
    const { jobs, city } = config()
    const shipped = { city, jobs: { ...jobs, pipelines: [join(FOLDER, 'arterial-pipelines')] } }
    const names = pipelinesOf(shipped, []).map(({ name, schedule }) => [name, schedule])
    const asked = pipeline().properties.activities.flatMap(({ type, name }) =>
      type === 'WebActivity' && name !== 'token' ? [[name, null]] : [],
    )
    expect(names.toSorted()).toEqual(asked.toSorted())
  })

  it('calls steps that deploy/spark/arterial_upkeep.py has', () => {
    const script = readFileSync(join(ROOT, 'deploy/spark/arterial_upkeep.py'), 'utf8')
    const [, steps = ''] = /for step in \(([\w, ]+)\)/.exec(script) ?? []
    const called = pipeline().properties.activities.flatMap(activity =>
      activity.type === 'DatabricksSparkPython' ? [activity.typeProperties.parameters?.[1]] : [],
    )
    expect(called).toEqual(steps.split(', '))
  })
})
