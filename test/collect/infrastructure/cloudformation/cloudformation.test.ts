import { describe, expect, it } from 'vitest';
import { cloudformation } from '../../../../src/collect/infrastructure/cloudformation/cloudformation.js';
import { serverless } from '../../../../src/collect/infrastructure/cloudformation/serverless.js';
import { autoscaling } from '../../../../src/derive/answers/autoscaling.js';
import { iacAnswers } from '../../../../src/derive/answers/iac.js';
import { monitoring } from '../../../../src/derive/monitoring.js';
import { type FactKind, factsOf } from '../../../../src/model/facts.js';
import { repository } from '../../../derive/facts.js';
import { collectFrom, places } from '../../from-files.js';

const TEMPLATE = `AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Environment:
    Type: String
    AllowedValues: [dev, prod]
  Days:
    Type: Number
    Default: 7
Conditions:
  IsProd: !Equals [!Ref Environment, prod]
Resources:
  Db:
    Type: AWS::RDS::DBInstance
    Properties:
      MultiAZ: !If [IsProd, true, false]
      BackupRetentionPeriod: !Ref Days
      MasterUserPassword: hunter2
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      MinSize: "2"
      MaxSize: "6"
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      Subscription:
        - Protocol: email
          Endpoint: a@example.com
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/EC2
      MetricName: CPUUtilization
      AlarmActions: [!Ref Topic]
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: web
          Image: nginx:latest
        - Name: built
          Image: !Sub "\${Repo}:1"
`;

async function read(kind: FactKind, files: Readonly<Record<string, string>>) {
  const { facts } = await collectFrom([cloudformation, serverless], files);
  return factsOf(facts, kind).map((f) => ({ name: f.name, at: places(f.evidence) }));
}

describe('CloudFormation', () => {
  it('is judged as the same resources of Terraform are', async () => {
    const { facts, gaps } = await collectFrom([cloudformation], { 'infra/stack.yaml': TEMPLATE });
    const all = [...facts, repository(true)];
    const { multi_zone, backups, environment_conditionals, remote_state } = iacAnswers(all, gaps);
    expect(multi_zone).toMatchObject({ answer: 'yes', evidence: [{ path: 'infra/stack.yaml', line: 15 }] });
    expect(backups).toMatchObject({ answer: 'yes', evidence: [{ path: 'infra/stack.yaml', line: 16 }] });
    expect(environment_conditionals).toMatchObject({ answer: 'yes', evidence: [{ line: 10 }] });
    expect(remote_state.answer).toBe('na');
    expect(autoscaling(all, gaps, undefined)).toMatchObject({ answer: 'yes', evidence: [{ line: 22 }] });
    const watched = monitoring.derive(facts, [], 'here').facts;
    expect(watched.map((f) => [f.kind, ...places(f.evidence)])).toEqual([
      ['routing-receiver', 'infra/stack.yaml:27'],
      ['monitoring-signal', 'infra/stack.yaml:33'],
    ]);
    expect(watched.at(-1)?.data).toMatchObject({ signal: 'cpu', notifies: true });
  });

  it('gives images, environments and the tool, and repeats no secret', async () => {
    const files = { 'a.yaml': TEMPLATE };
    expect(await read('image-reference', files)).toEqual([{ name: 'nginx:latest', at: ['a.yaml:40'] }]);
    expect(await read('environment-declaration', files)).toEqual([
      { name: 'dev', at: ['a.yaml:5'] },
      { name: 'prod', at: ['a.yaml:5'] },
    ]);
    expect(await read('tool-use', files)).toEqual([{ name: 'cloudformation', at: ['a.yaml:11'] }]);
    const { facts } = await collectFrom([cloudformation], files);
    expect(JSON.stringify(facts)).not.toContain('hunter2');
  });

  it('does not trust the default of a parameter that a file of parameters sets', async () => {
    const files = {
      'a.yaml': TEMPLATE,
      'prod.json': '[{"ParameterKey": "Days", "ParameterValue": "0"}]',
    };
    const { facts, gaps } = await collectFrom([cloudformation], files);
    expect(iacAnswers([...facts, repository(true)], gaps).backups.answer).toBe('unknown');
  });

  it('reads JSON, and takes SAM for SAM', async () => {
    const json =
      '{\n  "Transform": "AWS::Serverless-2016-10-31",\n  "Resources": {\n    "F": {"Type": "AWS::Serverless::Function", "Properties": {"Runtime": {"Ref": "X"}}}\n  }\n}\n';
    expect(await read('cloud-resource', { 'template.json': json })).toEqual([
      { name: 'aws_lambda_function.F', at: ['template.json:4'] },
    ]);
    expect(await read('tool-use', { 'template.json': json })).toEqual([
      { name: 'sam', at: ['template.json:2'] },
    ]);
  });

  it('leaves other YAML alone, and never fails on a strange template', async () => {
    expect(await read('tool-use', { 'a.yaml': 'Resources: see AWS::RDS::DBInstance\n' })).toEqual([]);
    const strange =
      'Resources:\n  A: &a\n    Type: AWS::SNS::Topic\n    Properties:\n      Self: *a\n      Subscription: [*a, 3]\n  B: {Type: AWS::X::Y, Properties: 4}\n';
    expect((await read('cloud-resource', { 'a.yaml': strange })).length).toBe(2);
  });
});

describe('the Serverless Framework', () => {
  it('is not told by the name of a program, but by the service that it gives', async () => {
    const service =
      "const configuration: AWS = {\n  service: 'shop',\n  provider: { name: 'aws' },\n};\nmodule.exports = configuration;\n";
    const reader = 'export const service = read();\nexport const provider = service.provider;\n';
    expect(await read('tool-use', { 'serverless.ts': service })).toEqual([
      { name: 'serverless-framework', at: ['serverless.ts:1'] },
    ]);
    expect(await read('tool-use', { 'src/serverless.ts': reader })).toEqual([]);
  });

  it('runs functions, declares stages and brings resources', async () => {
    const files = {
      'serverless.yml':
        'service: a\nprovider:\n  name: aws\nparams:\n  dev: {x: 1}\n  prod: {x: 2}\nfunctions:\n  f: {handler: a.b}\nresources:\n  Resources:\n    T:\n      Type: AWS::DynamoDB::Table\n      Properties:\n        PointInTimeRecoverySpecification:\n          PointInTimeRecoveryEnabled: true\n',
    };
    expect(await read('tool-use', files)).toEqual([
      { name: 'lambda', at: ['serverless.yml:7'] },
      { name: 'serverless-framework', at: ['serverless.yml:1'] },
    ]);
    expect(await read('environment-declaration', files)).toEqual([
      { name: 'dev', at: ['serverless.yml:5'] },
      { name: 'prod', at: ['serverless.yml:6'] },
    ]);
    const { facts, gaps } = await collectFrom([serverless], files);
    expect(iacAnswers([...facts, repository(true)], gaps).backups).toMatchObject({
      answer: 'yes',
      evidence: [{ path: 'serverless.yml', line: 15 }],
    });
  });

  it('is a gap where a program or another file declares it', async () => {
    const { gaps } = await collectFrom([serverless], {
      'serverless.ts': 'export default {\n  service: "shop",\n  provider: { name: "aws" },\n};\n',
      'b/serverless.yml': 'provider: {name: aws}\nresources: "${file(r.yml)}"\n',
    });
    expect(gaps.map((g) => g.reason)).toEqual(['not-rendered', 'not-supported']);
  });
});
