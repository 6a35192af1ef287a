import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { programs } from '../../../../src/collect/infrastructure/programs/programs.js';
import { iacAnswers } from '../../../../src/derive/answers/iac.js';
import { type FactKind, factsOf } from '../../../../src/model/facts.js';
import { constructions } from '../../../../src/parse/constructors.js';
import { repository } from '../../../derive/facts.js';
import { collectFrom, places } from '../../from-files.js';

async function read(kind: FactKind, files: Readonly<Record<string, string>>) {
  const { facts } = await collectFrom([programs], files);
  return factsOf(facts, kind).map((f) => ({ name: f.name, at: places(f.evidence) }));
}
const TS =
  'import * as aws from "@pulumi/aws";\n// new aws.rds.Instance("old");\nconst db = new aws.rds.Instance("db", {\n  multiAz: true,\n  backupRetentionPeriod: 7,\n  password: "hunter2",\n});\n';
const answers = async (files: Readonly<Record<string, string>>) => {
  const { facts, gaps } = await collectFrom([programs], files);
  expect(JSON.stringify(facts)).not.toContain('hunter2');
  return iacAnswers([...facts, repository(true)], gaps);
};

describe('programs of Pulumi', () => {
  it('show what they construct in TypeScript, Python and Go', async () => {
    const found = await answers({ 'Pulumi.yaml': 'name: a\nruntime: nodejs\n', 'index.ts': TS });
    expect(found.multi_zone).toMatchObject({ answer: 'yes', evidence: [{ path: 'index.ts', line: 4 }] });
    expect(found.backups).toMatchObject({ answer: 'yes', evidence: [{ path: 'index.ts', line: 5 }] });
    const python = 'import pulumi_aws as aws\n\ndb = aws.rds.Instance(\n    "db",\n    multi_az=True,\n)\n';
    expect((await answers({ 'Pulumi.yaml': 'name: a\n', '__main__.py': python })).multi_zone).toMatchObject({
      answer: 'yes',
      evidence: [{ path: '__main__.py', line: 5 }],
    });
    const go =
      'import "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"\n\nrds.NewInstance(ctx, "db", &rds.InstanceArgs{\n\tMultiAz: pulumi.Bool(true),\n})\n';
    expect((await answers({ 'Pulumi.yaml': 'name: a\n', 'main.go': go })).multi_zone).toMatchObject({
      answer: 'yes',
      evidence: [{ path: 'main.go', line: 4 }],
    });
  });

  it('leave open what they may construct out of sight, and say so', async () => {
    const { gaps } = await collectFrom([programs], { 'Pulumi.yaml': 'name: a\nruntime: go\n' });
    expect(gaps).toMatchObject([{ reason: 'not-supported', path: 'Pulumi.yaml' }]);
  });

  it('are read fully where they are YAML', async () => {
    const yaml =
      'name: a\nruntime: yaml\nbackend:\n  url: file://~\nresources:\n  db:\n    type: aws:rds:Instance\n    properties:\n      multiAz: false\n';
    const { gaps } = await collectFrom([programs], { 'Pulumi.yaml': yaml });
    expect(gaps).toEqual([]);
    const found = await answers({ 'Pulumi.yaml': yaml });
    expect(found.multi_zone.answer).toBe('no');
    expect(found.remote_state).toMatchObject({ answer: 'no', evidence: [{ path: 'Pulumi.yaml', line: 4 }] });
    expect((await answers({ 'Pulumi.yaml': 'name: a\n' })).remote_state.answer).toBe('yes');
  });
});

describe('programs of the CDK', () => {
  it('show constructs and stacks of environments', async () => {
    const files = {
      'cdk.json': '{"app": "npx ts-node bin/app.ts"}',
      'bin/app.ts':
        "import * as cdk from 'aws-cdk-lib';\nnew WebStack(app, 'WebProd', { env });\nnew WebStack(app, 'WebDev', {});\n",
      'lib/web.ts':
        "import { aws_lambda as lambda, aws_autoscaling as autoscaling } from 'aws-cdk-lib';\nnew lambda.Function(this, 'F', {\n  timeout: Duration.seconds(3),\n});\n",
    };
    expect(await read('environment-declaration', files)).toEqual([
      { name: 'WebDev', at: ['bin/app.ts:3'] },
      { name: 'WebProd', at: ['bin/app.ts:2'] },
    ]);
    expect(await read('cloud-resource', files)).toEqual([
      { name: 'aws_lambda_function.F', at: ['lib/web.ts:2'] },
    ]);
    expect(await read('tool-use', files)).toEqual([{ name: 'cdk', at: ['cdk.json:1'] }]);
  });

  it('are not looked for where no project is', async () => {
    expect(await read('cloud-resource', { 'index.ts': TS })).toEqual([]);
  });
});

describe('constructions', () => {
  it('never fail, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('new ', 'a.B(', '{', '}', ')', '"', ':', ',', 'x', '\n') }),
        (text) => {
          for (const one of constructions(text)) expect(one.line).toBeGreaterThan(0);
        },
      ),
    );
  });
});
