/** The floors of the house, held by a tool: a floor imports only lower ones. Each rule says why. */

const floors = [
  ['^src/model/'],
  ['^src/(parse|source|report|ui|score|recommend)/'],
  ['^src/render/'],
  ['^src/(collect|derive|rules)/'],
  ['^src/check-rules\\.ts$', '^src/(interview|decide|capacity)/'],
  ['^src/assess\\.ts$'],
  ['^src/assess-organisation\\.ts$'],
  ['^src/cli/'],
  ['^src/(main|index)\\.ts$'],
];

/** One rule a floor: it must not reach up. */
const upward = floors.slice(0, -1).map((from, i) => ({
  name: `floor-${i + 1}-imports-only-lower-ones`,
  comment:
    'A newcomer can read a floor without those above it, and a change above cannot break what is below.',
  severity: 'error',
  from: { path: from.join('|') },
  to: {
    path: floors
      .slice(i + 1)
      .flat()
      .join('|'),
  },
}));

/** Each outside package has one owner, so that replacing it is a change of one file. */
const owners = [
  ['ink|@inkjs|react-devtools-core', '^src/ui/', 'the terminal app is a thin view'],
  ['@marcbachmann/cel-js', '^src/rules/expression\\.ts$', 'rules know expressions, not their engine'],
  ['commander', '^src/cli/program\\.ts$', 'names and help only'],
  [
    'web-tree-sitter|@tree-sitter-grammars',
    '^src/parse/hcl\\.ts$',
    'a parser hands out values, not its own nodes',
  ],
  ['simple-git', '^src/source/', 'only sources know Git'],
  ['react-dom', '^src/report/html/', 'only the HTML report renders markup'],
  ['js-yaml', '^src/(parse|rules)/', 'text becomes values in parse; rule packs are read by rules'],
].map(([pkg, owner, comment]) => ({
  name: `${pkg.split('|')[0].replace(/\W/g, '')}-has-one-owner`,
  comment,
  severity: 'error',
  from: { path: '^src/', pathNot: owner },
  to: { path: `^node_modules/(${pkg})/` },
}));

export default {
  forbidden: [
    ...upward,
    ...owners,
    {
      name: 'model-imports-only-zod',
      comment: 'The words of the house depend on nothing but the library that says their shape.',
      severity: 'error',
      from: { path: '^src/model/' },
      to: { pathNot: '^src/model/|^node_modules/zod/' },
    },
    {
      name: 'reports-and-screens-see-the-model-only',
      comment: 'A report is a pure function of an assessment: it cannot read a repository, nor judge.',
      severity: 'error',
      from: { path: '^src/(report|ui)/([^/]+)' },
      to: { path: '^src/', pathNot: '^src/(model|$1)/' },
    },
    {
      name: 'rules-see-no-collectors',
      comment: 'A rule is judged by facts alone, wherever they came from.',
      severity: 'error',
      from: { path: '^src/rules/' },
      to: { path: '^src/(collect|derive|source|parse)/' },
    },
    {
      name: 'collectors-touch-nothing-outside',
      comment: 'A collector takes text and gives facts; files, processes and networks belong to source.',
      severity: 'error',
      from: {
        path: '^src/(collect|derive|parse|render|score|recommend|report|model)/',
        pathNot: '^src/parse/hcl\\.ts$',
      },
      to: { path: '^(node:)?(fs|child_process|net|http|https|os|process|worker_threads)(/|$)' },
    },
    {
      name: 'collectors-see-the-tree-not-its-source',
      comment: 'The same collectors read work trees, bare repositories, memory and, later, GitHub.',
      severity: 'error',
      from: { path: '^src/(collect|derive)/' },
      to: { path: '^src/source/', pathNot: '^src/source/tree\\.ts$' },
    },
    {
      name: 'no-circles',
      comment: 'Two files that need each other are one idea in two places.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-development-packages-in-the-product',
      comment: 'A user installs dependencies only.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs'],
    },
  },
};
