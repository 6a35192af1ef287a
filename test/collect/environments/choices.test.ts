import { describe, expect, it } from 'vitest';
import { environmentChoices } from '../../../src/collect/environments/choices.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

async function declared(path: string, text: string): Promise<string[]> {
  const { facts } = await collectFrom([environmentChoices], { [path]: text });
  return factsOf(facts, 'environment-declaration').map(
    (f) => `${f.data.environment} ${places(f.evidence).join()}`,
  );
}

describe('environments that a person chooses', () => {
  it('in a run of a GitHub workflow are those of its input', async () => {
    const workflow = `on:
  workflow_dispatch:
    inputs:
      environment:
        type: choice
        options:
          - all
          - integration
          - prod-eu
      service: { type: choice, options: [web, worker-staging] }
jobs: {}
`;
    expect(await declared('.github/workflows/deploy.yml', workflow)).toEqual([
      'integration .github/workflows/deploy.yml:8',
      'production .github/workflows/deploy.yml:9',
    ]);
  });

  it('in other systems are the values of a parameter or variable', async () => {
    expect(
      await declared(
        'azure-pipelines.yml',
        'parameters:\n  - name: targetEnvironment\n    type: string\n    values: [dev, uat]\n',
      ),
    ).toEqual(['development azure-pipelines.yml:4', 'uat azure-pipelines.yml:4']);
    expect(
      await declared(
        '.gitlab-ci.yml',
        'variables:\n  DEPLOY_ENV:\n    value: staging\n    options:\n      - staging\n',
      ),
    ).toEqual(['staging .gitlab-ci.yml:5']);
    expect(
      await declared(
        'Jenkinsfile',
        "parameters {\n  choice(name: 'ENVIRONMENT', choices: ['qa', 'live'], description: '')\n}\n",
      ),
    ).toEqual(['production Jenkinsfile:2', 'qa Jenkinsfile:2']);
  });

  it('are none where the values are something else', async () => {
    expect(
      await declared('.circleci/config.yml', 'parameters:\n  env:\n    type: enum\n    enum: [node, bun]\n'),
    ).toEqual([]);
  });
});
