import { expect } from 'vitest'
import { ProblemDocument } from '../../src/serve/contract/index.ts'

/** The problem document of an answer, its shape checked. */
export function problem(response: { statusCode: number; headers: Record<string, unknown>; body: string }) {
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json/)
  const document = ProblemDocument.parse(JSON.parse(response.body))
  expect(document.status).toBe(response.statusCode)
  expect(document.type).toBe(`/docs#${document.code}`)
  return document
}
