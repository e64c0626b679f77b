/**
 * The layers: data goes sources, log → lake → streams → insight → serve → web (and outputs; storage beside them), and only app/ knows everybody.
 * This table is the whole of it: a folder imports what stands beside it here, and nothing else of `src/`.
 */
const arrows = {
  core: [],
  sources: ['core'],
  log: ['core'],
  lake: ['core'],
  streams: ['core', 'lake'],
  insight: ['core', 'lake', 'streams'],
  outputs: ['core'],
  storage: ['core'],
  serve: ['core', 'lake'],
  app: ['core', 'sources', 'log', 'lake', 'streams', 'insight', 'outputs', 'storage', 'serve'],
}
const layers = Object.entries(arrows).map(([folder, allowed]) => ({
  name: `${folder}-imports-what-the-table-says`,
  severity: 'error',
  comment: 'The table of arrows in .dependency-cruiser.cjs names what a folder may import.',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
}))
/** What the page shares with the server. */
const contracts = '^src/(serve/contract/|streams/[^/]+/contract\\.ts$)'
module.exports = {
  forbidden: [
    ...layers,
    {
      name: 'streams-know-types-of-the-lake',
      severity: 'error',
      comment: 'A kind of record says what it is; the lake is handed it, and runs it.',
      from: { path: '^src/streams/' },
      to: { path: '^src/lake/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'streams-do-not-meet',
      severity: 'error',
      comment: 'Only the list names them all.',
      from: { path: '^src/streams/([^/]+)/' },
      to: { path: '^src/streams/', pathNot: '^src/streams/$1/' },
    },
    {
      name: 'streams-come-by-their-list',
      severity: 'error',
      comment: 'Whoever needs one kind by name imports its contract at most.',
      from: { path: '^src/(?!streams/)' },
      to: { path: '^src/streams/', pathNot: '^src/streams/(index|[^/]+/contract)\\.ts$' },
    },
    {
      name: 'sources-do-not-meet',
      severity: 'error',
      from: { path: '^src/sources/([^/]+)/' },
      to: { path: '^src/sources/', pathNot: '^src/sources/$1/' },
    },
    {
      name: 'web-sees-the-contract-only',
      severity: 'error',
      from: { path: '^web/src/' },
      to: { path: '^src/', pathNot: contracts },
    },
    {
      name: 'contract-is-plain',
      severity: 'error',
      comment: 'The browser imports it: no Node module, nothing of the server.',
      from: { path: contracts },
      to: {
        pathNot: [
          contracts,
          '^src/core/(schema|stream|traffic)/',
          '^src/core/time/spans\\.ts$',
          '^node_modules/zod',
        ],
      },
    },
    {
      name: 'what-contracts-share-is-plain',
      severity: 'error',
      comment: 'It comes into the browser with them.',
      from: { path: '^src/core/(schema|stream|traffic)/' },
      to: {
        pathNot: ['^src/core/(schema|stream|traffic)/', '^src/core/time/spans\\.ts$', '^node_modules/zod'],
      },
    },
    {
      name: 'features-do-not-meet',
      severity: 'error',
      from: { path: '^web/src/features/([^/]+)/' },
      to: { path: '^web/src/features/', pathNot: '^web/src/features/$1/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-dev-packages-in-the-server',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
