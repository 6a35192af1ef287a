import { describe, expect, it } from 'vitest';
import { azurePipelines } from '../../../src/collect/ci/azure-pipelines.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom } from '../from-files.js';

async function pipelines(files: Record<string, string>) {
  const { facts, gaps } = await collectFrom([azurePipelines], files);
  return { pipelines: factsOf(facts, 'pipeline'), gaps };
}

describe('Azure Pipelines', () => {
  it('lets stages wait for the one before, and unfolds templates with their parameters', async () => {
    const { pipelines: found } = await pipelines({
      'azure-pipelines.yml': `trigger: [main]
stages:
  - stage: Build
    jobs:
      - template: ci/build.yml
        parameters: { project: api, publish: false }
  - stage: Release
    condition: and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))
    jobs:
      - job: approve
        pool: server
        steps:
          - task: ManualValidation@0
      - deployment: web
        dependsOn: approve
        environment: shop-production
        strategy:
          runOnce:
            deploy:
              steps:
                - task: AzureWebApp@1
                  inputs: { appName: shop }
`,
      'ci/build.yml': `parameters:
  - name: project
  - name: publish
    default: true
jobs:
  - job: \${{ parameters.project }}
    steps:
      - script: |
          dotnet test \${{ parameters.project }}
      - \${{ if eq(parameters.publish, true) }}:
          - script: ./publish.sh
`,
    });
    expect(found.map((p) => p.data.path)).toEqual(['azure-pipelines.yml']);
    const [build, approve, web] = found[0]?.data.jobs ?? [];
    expect(build).toMatchObject({ id: 'Build / api', path: 'ci/build.yml', line: 6, needs: [] });
    expect(build?.steps.map((s) => [s.run.trim(), s.path, s.runLine])).toEqual([
      ['dotnet test api', 'ci/build.yml', 9],
    ]);
    expect(approve).toMatchObject({ approval: true, needs: ['Build / api'], line: 10, path: '' });
    expect(web).toMatchObject({
      needs: ['Release / approve', 'Build / api'],
      environment: 'shop-production',
      condition:
        "success() && github.ref == 'refs/heads/main' && needs['Release / approve'].result == 'success'",
    });
    expect(web?.steps.map((s) => [s.uses, s.line])).toEqual([['task:AzureWebApp@1', 21]]);
  });

  it('starts on every push where nothing is said, and by hand where no trigger is left', async () => {
    const events = async (head: string) => {
      const { pipelines: found } = await pipelines({
        'azure-pipelines.yml': `${head}steps: [{ script: x }]\n`,
      });
      return found[0]?.data.triggers.map((t) => [t.event, t.branches]);
    };
    expect(await events('pool: { vmImage: ubuntu-latest }\n')).toEqual([['push', ['**']]]);
    expect(await events('trigger: none\npr: [main]\n')).toEqual([['pull_request', ['main']]]);
    expect(await events('trigger: none\n')).toEqual([['workflow_dispatch', []]]);
  });

  it('reads a condition that asks for no status as one that holds after failures', async () => {
    const { pipelines: found } = await pipelines({
      'azure-pipelines.yml': `trigger: [main]
variables:
  isMain: $[eq(variables['Build.SourceBranch'], 'refs/heads/main')]
jobs:
  - job: a
    steps: [{ script: make test }]
  - job: b
    dependsOn: a
    condition: eq(variables.isMain, 'true')
    steps: [{ bash: 'echo $(Build.BuildId)', condition: always() }]
`,
    });
    const b = found[0]?.data.jobs[1];
    expect(b?.condition).toBe("always() && github.ref == 'refs/heads/main'");
    expect(b?.steps[0]).toMatchObject({ run: 'echo ${BUILD_BUILDID}', condition: 'always()' });
  });

  it('says which template it cannot see, and reads the stages that are handed to one', async () => {
    const { pipelines: found, gaps } = await pipelines({
      'eng/official.yml': `trigger: [main]
extends:
  template: v1/official.yml@templates
  parameters:
    stages:
      - stage: Build
        jobs: [{ job: a, steps: [{ template: steps.yml@other }, { script: make test }] }]
`,
    });
    expect(found[0]?.data.jobs.map((j) => j.id)).toEqual(['Build / a']);
    expect(gaps.map((g) => [g.reason, g.kinds.length, g.what])).toEqual([
      [
        'elsewhere',
        1,
        'eng/official.yml:3 uses the template v1/official.yml@templates, which is not in this repository',
      ],
      [
        'elsewhere',
        3,
        'eng/official.yml:7 uses the template steps.yml@other, which is not in this repository',
      ],
    ]);
  });

  it('hands the jobs of a caller on through loops over their properties, each step at its own line', async () => {
    const { pipelines: found } = await pipelines({
      'azure-pipelines.yml': `trigger: [main]
jobs:
  - template: eng/jobs.yml
    parameters:
      jobs:
        - job: Windows
          steps:
            - script: eng\\common\\cibuild.cmd -test
`,
      'eng/jobs.yml': `parameters: { jobs: [] }
jobs:
  - \${{ each job in parameters.jobs }}:
      - template: job.yml
        parameters:
          \${{ each property in job }}:
            \${{ if ne(property.key, 'job') }}:
              \${{ property.key }}: \${{ property.value }}
          name: \${{ job.job }}
`,
      'eng/job.yml': `parameters: { name: '', steps: [] }
jobs:
  - job: \${{ parameters.name }}
    steps:
      - \${{ each step in parameters.steps }}:
          - \${{ step }}
`,
    });
    const [job] = found[0]?.data.jobs ?? [];
    expect(job).toMatchObject({ id: 'Windows', path: 'eng/job.yml', line: 3 });
    expect(job?.steps.map((s) => [s.run, s.path, s.runLine])).toEqual([
      ['eng/common/cibuild.cmd -test', '', 8],
    ]);
  });

  it('takes no other YAML file for a pipeline, and survives templates that name each other', async () => {
    const { pipelines: found } = await pipelines({
      'a.yml': 'steps: [{ template: b.yml }]\n',
      'b.yml': 'steps: [{ template: a.yml }]\n',
      'azure-pipelines.yml': 'trigger: [main]\nsteps: [{ template: a.yml }, { script: x }]\n',
      'deploy.yml': 'apiVersion: v1\nresources: []\nsteps: []\n',
    });
    expect(found.map((p) => p.data.path)).toEqual(['azure-pipelines.yml']);
  });
});
