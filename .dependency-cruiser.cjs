/** The layers: data goes sources → log → lake → insight → serve → web; only app/ knows everybody. */
const stages = ['sources', 'log', 'lake', 'insight', 'serve']
const later = stages.map((stage, i) => ({
  name: `${stage}-looks-back-only`,
  severity: 'error',
  comment: 'An import points at core/ or an earlier stage.',
  from: { path: `^src/${stage}/` },
  to: { path: `^src/(${[...stages.slice(i + 1), 'ops', 'app'].join('|')})/` },
}))
module.exports = {
  forbidden: [
    ...later,
    {
      name: 'core-imports-nothing',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '^src/(?!core/)' },
    },
    {
      name: 'sources-do-not-meet',
      severity: 'error',
      from: { path: '^src/sources/([^/]+)/' },
      to: { path: '^src/sources/', pathNot: '^src/sources/$1/' },
    },
    {
      name: 'only-app-knows-app',
      severity: 'error',
      from: { pathNot: '^(src/app|test|bench)/' },
      to: { path: '^src/app/' },
    },
    {
      name: 'web-sees-the-contract-only',
      severity: 'error',
      from: { path: '^web/src/' },
      to: { path: '^src/', pathNot: '^src/serve/contract/' },
    },
    {
      name: 'contract-is-plain',
      severity: 'error',
      comment: 'The browser imports it: no Node module, nothing of the server.',
      from: { path: '^src/serve/contract/' },
      to: { pathNot: '^(src/serve/contract/|node_modules/zod)' },
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
