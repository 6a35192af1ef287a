import { describe, expect, it } from 'vitest';
import { azure } from '../../../../src/collect/infrastructure/azure/azure.js';
import { iacAnswers } from '../../../../src/derive/answers/iac.js';
import { factsOf } from '../../../../src/model/facts.js';
import { repository } from '../../../derive/facts.js';
import { collectFrom, places } from '../../from-files.js';

const BICEP = `@description('for whom')
param environment 'dev' | 'prod'
param days int = 14
resource db 'Microsoft.DBforPostgreSQL/flexibleServers@2022-12-01' = {
  name: 'db'
  properties: {
    administratorLoginPassword: 'hunter2'
    backup: {
      backupRetentionDays: days
    }
    highAvailability: {
      mode: 'ZoneRedundant'
    }
  }
}
module registry 'br/public:avm/res/web/site:0.1.0' = {
}
`;
const ARM = `{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "parameters": { "ha": { "type": "bool", "defaultValue": true } },
  "resources": [
    {
      "type": "Microsoft.Sql/servers",
      "name": "s",
      "resources": [
        { "type": "databases", "name": "d", "properties": { "zoneRedundant": "[parameters('ha')]" } }
      ]
    }
  ]
}
`;

describe('Azure', () => {
  it('is judged by Bicep as by Terraform, with the defaults of parameters', async () => {
    const { facts, gaps } = await collectFrom([azure], { 'infra/main.bicep': BICEP });
    const { multi_zone, backups } = iacAnswers([...facts, repository(true)], gaps);
    expect(multi_zone).toMatchObject({ answer: 'yes', evidence: [{ path: 'infra/main.bicep', line: 12 }] });
    expect(backups).toMatchObject({ answer: 'yes', evidence: [{ path: 'infra/main.bicep', line: 9 }] });
    expect(JSON.stringify(facts)).not.toContain('hunter2');
    expect(factsOf(facts, 'environment-declaration').map((f) => [f.name, ...places(f.evidence)])).toEqual([
      ['dev', 'infra/main.bicep:2'],
      ['prod', 'infra/main.bicep:2'],
    ]);
    expect(gaps).toMatchObject([
      {
        reason: 'elsewhere',
        path: 'infra/main.bicep',
        kinds: ['cloud-resource', 'monitoring-signal', 'workload'],
      },
    ]);
  });

  it('is read from ARM templates, resources inside of others included', async () => {
    const { facts, gaps } = await collectFrom([azure], { 'azuredeploy.json': ARM, 'a.json': '{"a": 1}' });
    expect(factsOf(facts, 'cloud-resource').map((f) => [f.name, ...places(f.evidence)])).toEqual([
      ['azurerm_mssql_database.d', 'azuredeploy.json:9'],
      ['azurerm_mssql_server.s', 'azuredeploy.json:6'],
    ]);
    expect(iacAnswers([...facts, repository(true)], gaps).multi_zone).toMatchObject({
      answer: 'yes',
      evidence: [{ path: 'azuredeploy.json', line: 9 }],
    });
    expect(factsOf(facts, 'tool-use').map((f) => f.name)).toEqual(['arm']);
  });
});
