import { route, type Access, type Route } from '../route.ts'
import { openApiDocument } from './openapi.ts'
import { referencePage } from './page.ts'

export { openApiDocument, type OpenApi } from './openapi.ts'

export interface ReferenceOptions {
  /** @default 'read' */
  readonly access?: Extract<Access, 'open' | 'read'>
  /** See `openApiDocument`. @default 'all' */
  readonly namedSchemas?: 'all' | 'used'
}

/** The table's own description, for programs and for people; made once. Its own two paths are part of it. */
export function referenceRoutes(
  routes: readonly Route[],
  version: string,
  { access = 'read', namedSchemas = 'all' }: ReferenceOptions = {},
): Route[] {
  const own: Route[] = [
    route({
      method: 'GET',
      path: '/openapi.json',
      id: 'openapi',
      tag: 'Reference',
      summary: 'This reference for programs (OpenAPI 3.1)',
      access,
      answers: { 200: { description: 'The document', content: { 'application/json': null } } },
      problems: [],
      handle: async ({ reply }) => reply.type('application/json; charset=utf-8').send(document),
    }),
    route({
      method: 'GET',
      path: '/docs',
      id: 'docs',
      tag: 'Reference',
      summary: 'This reference for people',
      access,
      answers: { 200: { description: 'The page', content: { 'text/html': null } } },
      problems: [],
      handle: async ({ reply }) => reply.type('text/html; charset=utf-8').send(page),
    }),
  ]
  const described = openApiDocument([...routes, ...own], version, namedSchemas)
  const document = JSON.stringify(described)
  const page = referencePage(described)
  return own
}
