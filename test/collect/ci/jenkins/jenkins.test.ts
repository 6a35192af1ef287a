import { describe, expect, test } from 'vitest';
import { jenkins } from '../../../../src/collect/ci/jenkins/jenkins.js';
import { factsOf } from '../../../../src/model/facts.js';
import { readCi } from '../../../derive/delivery/ci-pipelines.js';
import { places } from '../../from-files.js';

const DECLARATIVE = `pipeline {
  agent any
  options { disableConcurrentBuilds() }
  environment { REGISTRY = 'registry.example' }
  stages {
    stage('Test') {
      steps {
        sh '''
          npm ci
          npx jest
        '''
      }
    }
    stage('Image') {
      when { branch 'main' }
      steps {
        withCredentials([string(credentialsId: 'x', variable: 'X')]) {
          sh "docker push \${env.REGISTRY}/app"
        }
      }
    }
    stage('Production') {
      when { allOf { branch 'main'; not { changeRequest() } } }
      input { message 'Go?' }
      steps { dir('ops') { sh 'kubectl --context production apply -f .' } }
    }
  }
}
`;

describe('a declarative Jenkinsfile', () => {
  test('has a job for each stage that needs the one before it, with its lines', async () => {
    const { facts, pipelines } = await readCi(jenkins, { Jenkinsfile: DECLARATIVE });
    expect(pipelines).toMatchObject([
      {
        system: 'jenkins',
        concurrency: 'disableConcurrentBuilds',
        triggers: [{ event: 'external', line: 1 }],
        jobs: [
          { id: 'Test', needs: [], condition: '', line: 6, steps: [{ line: 8, runLine: 9 }] },
          {
            id: 'Image',
            needs: ['Test'],
            condition: "!failure() && github.ref == 'refs/heads/main'",
            steps: [{ run: 'docker push registry.example/app', line: 18 }],
          },
          {
            id: 'Production',
            approval: true,
            condition:
              "!failure() && github.ref == 'refs/heads/main' && !(github.event_name == 'pull_request')",
            steps: [{ workingDirectory: 'ops', line: 25 }],
          },
        ],
      },
    ]);
    expect(places(factsOf(facts, 'tool-use')[0]?.evidence ?? [])).toEqual(['Jenkinsfile:1']);
  });

  test('tests before it delivers, and asks a person for production; who starts it is not told', async () => {
    const { answers, paths } = await readCi(jenkins, { Jenkinsfile: DECLARATIVE });
    expect(answers).toMatchObject({
      tests_in_ci: 'yes',
      deploys_from_ci: 'yes',
      tests_before_deploy: 'yes',
      deploy_on_merge: 'unknown',
      manual_promotion: 'yes',
    });
    expect(paths).toMatchObject([
      { job: 'Image', gate: 'tested', approval: false },
      { job: 'Production', environment: 'production', gate: 'tested', approval: true },
    ]);
  });

  test('passes over tests whose failure it swallows', async () => {
    for (const lost of [
      "catchError(buildResult: 'UNSTABLE') { sh 'rspec' }",
      "sh(script: 'rspec', returnStatus: true)",
      "script { try { sh 'rspec' } catch (e) { echo 'never mind' } }",
      "sh 'rspec || true'",
    ]) {
      const { answers } = await readCi(jenkins, {
        Jenkinsfile: `pipeline { stages {\n stage('A') { steps { ${lost} } }\n stage('B') { steps { sh 'kubectl apply -f x' } } } }\n`,
      });
      expect([lost, answers.tests_before_deploy]).toEqual([lost, 'no']);
    }
  });

  test('waits for tests whose failure it raises again', async () => {
    for (const kept of [
      "script { try { sh 'rspec' } catch (e) { echo 'no'; throw e } finally { junit 'x' } }",
      "script { def rc = sh(script: 'rspec', returnStatus: true)\n if (rc != 0) { error 'failed' } }",
      "retry(2) { timeout(time: 5) { sh 'rspec' } }",
    ]) {
      const { answers } = await readCi(jenkins, {
        Jenkinsfile: `pipeline { stages {\n stage('A') { steps { ${kept} } }\n stage('B') { steps { sh 'kubectl apply -f x' } } } }\n`,
      });
      expect([kept, answers.tests_before_deploy]).toEqual([kept, 'yes']);
    }
  });

  test('runs branches beside each other, and what follows waits for all of them', async () => {
    const { pipelines } = await readCi(jenkins, {
      Jenkinsfile: `pipeline { stages {
  stage('All') { parallel {
    stage('Unit') { steps { sh 'rspec' } }
    stage('Lint') { steps { sh 'rubocop' } }
  } }
  stage('Ship') { steps { sh './ship.sh' } }
  }
  post { failure { sh './tell.sh' } }
}`,
    });
    expect(pipelines[0]?.jobs.map((j) => [j.id, j.needs, j.condition])).toEqual([
      ['Unit', [], ''],
      ['Lint', [], ''],
      ['Ship', ['Unit', 'Lint'], ''],
      ['post failure', ['Ship'], 'failure()'],
    ]);
  });

  test('with parameters can be started by a person, who chooses', async () => {
    const { pipelines, answers } = await readCi(jenkins, {
      Jenkinsfile: `pipeline {
  parameters { choice(name: 'ENVIRONMENT', choices: ['staging', 'production'])
    booleanParam(name: 'DEPLOY', defaultValue: false) }
  triggers { pollSCM('H/5 * * * *') }
  stages { stage('Deploy') { when { expression { params.DEPLOY } } steps { sh "./gradlew test && kubectl --context \${params.ENVIRONMENT} apply -f x" } } }
}`,
    });
    expect(pipelines[0]?.triggers.map((t) => t.event)).toEqual(['external', 'workflow_dispatch', 'push']);
    expect(pipelines[0]?.inputs).toEqual([
      { name: 'ENVIRONMENT', default: 'staging', type: 'string' },
      { name: 'DEPLOY', default: 'false', type: 'boolean' },
    ]);
    expect(answers).toMatchObject({ manual_promotion: 'yes', deploy_on_merge: 'no' });
  });
});

describe('a scripted Jenkinsfile', () => {
  test('runs its stages in turn; methods are followed, branches are conditions', async () => {
    const { pipelines, answers } = await readCi(jenkins, {
      Jenkinsfile: `@Library('shared') _
def ship(String where) {
  sh "kubectl --context \${where} apply -f k8s"
}
node('docker') {
  checkout scm
  stage('Test') {
    parallel unit: { sh 'rspec' }, lint: { sh 'rubocop' }
  }
  if (env.BRANCH_NAME == 'main') {
    stage('Deploy') { ship('staging') }
  }
}
`,
    });
    expect(pipelines[0]?.jobs.map((j) => [j.id, j.needs, j.condition, j.steps.map((s) => s.line)])).toEqual([
      ['Test', [], '', []],
      ['Test: unit', ['Test'], '', [8]],
      ['Test: lint', ['Test'], '', [8]],
      ['Deploy', ['Test: unit', 'Test: lint'], "!failure() && github.ref_name == 'main'", [3]],
    ]);
    expect(answers).toMatchObject({ tests_in_ci: 'yes', tests_before_deploy: 'yes' });
  });

  test('of a shared library leaves open what the library does', async () => {
    const { answers, gaps } = await readCi(jenkins, {
      Jenkinsfile: 'buildPlugin(useContainerAgent: true)\n',
    });
    expect(answers).toMatchObject({ tests_in_ci: 'unknown', deploys_from_ci: 'unknown' });
    expect(gaps.map((g) => g.what)).toEqual([
      'buildPlugin (Jenkinsfile:1) may test or deploy, and it is a step of a shared library or plugin that is not in this repository',
    ]);
  });

  test('of a library whose pipeline takes a block has more steps than those in it', async () => {
    const { answers } = await readCi(jenkins, {
      Jenkinsfile:
        "@Library('infra') _\nwithPipeline('node', 'app') {\n  before('deploy') { sh 'yarn install' }\n}\n",
    });
    expect(answers).toMatchObject({ tests_in_ci: 'unknown', deploys_from_ci: 'unknown' });
  });

  test('that is no Groovy is a gap', async () => {
    const { gaps, facts } = await readCi(jenkins, { Jenkinsfile: 'node {\n  sh "x"\n' });
    expect(gaps).toMatchObject([{ reason: 'unreadable', path: 'Jenkinsfile' }]);
    expect(factsOf(facts, 'pipeline')).toEqual([]);
  });
});
