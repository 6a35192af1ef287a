import { describe, expect, it } from 'vitest';
import { environmentSettings } from '../../../src/collect/environments/settings.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

async function declared(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { facts } = await collectFrom([environmentSettings], files);
  return factsOf(facts, 'environment-declaration')
    .map((f) => `${f.data.environment} ${f.data.by} ${places(f.evidence).join()}`)
    .sort();
}
async function filesDeclare(...paths: string[]): Promise<string[]> {
  const found = await declared(Object.fromEntries(paths.map((p) => [p, 'x\n'])));
  return found.map((f) => f.split(' ')[0] ?? '').sort();
}

const PYTHON = `import os

class Config:
    DEBUG = False

configs = {
    "development": Development,
    "test": Test,
    "production": Production,
    "staging": Staging,
    "production_ff": ProductionFF,
}
`;

describe('settings of environments', () => {
  it('finds every environment of a mapping of settings in Python', async () => {
    expect(await declared({ 'app/config.py': PYTHON })).toEqual([
      'development settings app/config.py:7',
      'production settings app/config.py:9',
      'staging settings app/config.py:10',
      'test settings app/config.py:8',
    ]);
  });

  it('finds them in TypeScript, however deep the settings are', async () => {
    const text = `export const settings: Record<Stage, Settings> = {
  prod: {
    url: 'https://shop.example',
    qa: { on: false },
  },
  uat: {
    url: 'https://uat.shop.example',
  },
};
`;
    expect(await declared({ 'src/settings.ts': text })).toEqual([
      'production settings src/settings.ts:2',
      'uat settings src/settings.ts:6',
    ]);
  });

  it('takes what every new project has for no environments', async () => {
    const flask = 'config = {\n    "development": Dev,\n    "testing": Test,\n    "production": Prod,\n}\n';
    expect(await declared({ 'config.py': flask })).toEqual([]);
    expect(
      await filesDeclare(
        'config/environments/development.rb',
        'config/environments/production.rb',
        'config/environments/test.rb',
        'shop/config/dev.exs',
        'shop/config/prod.exs',
        'src/main/resources/application-prod.yml',
        'Shop/appsettings.Development.json',
        'Shop/appsettings.Production.json',
      ),
    ).toEqual([]);
    const newRelic = 'production:\n  monitor_mode: true\nstaging:\n  monitor_mode: true\n';
    expect(await declared({ 'config/newrelic.yml': newRelic })).toEqual([]);
  });

  it('takes addresses of a service and colours of a label for no settings', async () => {
    const urls =
      "const configUrls = {\n  staging: 'https://staging.pay.example',\n  production: 'https://pay.example',\n};\n";
    const colours = 'const colours = {\n  staging: { bg: 1 },\n  production: { bg: 2 },\n};\n';
    expect(await declared({ 'src/urls.ts': urls, 'src/colours.ts': colours })).toEqual([]);
  });

  it('leaves tests and examples out', async () => {
    expect(await declared({ 'tests/config.py': PYTHON, 'examples/shop/config.py': PYTHON })).toEqual([]);
    expect(await filesDeclare('samples/resources/application-staging.properties')).toEqual([]);
  });

  it('finds the files that a framework reads for an environment that somebody set up', async () => {
    expect(
      await filesDeclare(
        'config/environments/development.rb',
        'config/environments/production.rb',
        'config/environments/staging.rb',
        'config/environments/test.rb',
      ),
    ).toEqual(['development', 'production', 'staging']);
    expect(await filesDeclare('Shop/appsettings.json', 'Shop/appsettings.Staging.json')).toEqual(['staging']);
    expect(await filesDeclare('src/main/resources/application-uat.properties')).toEqual(['uat']);
    expect(
      await filesDeclare('shop/settings/base.py', 'shop/settings/prod.py', 'shop/settings/staging.py'),
    ).toEqual(['production', 'staging']);
    expect(await filesDeclare('config/default.json', 'config/production.json', 'config/stg.json')).toEqual([
      'production',
      'staging',
    ]);
  });

  it('takes a file that only happens to have such a name for none', async () => {
    expect(
      await filesDeclare('config/qa.yml', 'config/questions.yml', 'deploy/application-staging.yaml'),
    ).toEqual([]);
  });

  it('takes each stage of Capistrano for an environment', async () => {
    expect(await filesDeclare('config/deploy.rb', 'config/deploy/production.rb')).toEqual(['production']);
  });

  it('finds the environments of a file of settings by its keys, without those of the tests', async () => {
    const text =
      'default: &default\n  pool: 5\ntest:\n  <<: *default\nstaging:\n  pool: 5\nproduction:\n  pool: 9\n';
    expect(await declared({ 'config/database.yml': text })).toEqual([
      'production settings config/database.yml:7',
      'staging settings config/database.yml:5',
    ]);
  });

  it("finds Spring's profiles inside of one file", async () => {
    const text = `spring.config.activate.on-profile: prod
---
spring:
  config:
    activate:
      on-profile: "staging"
`;
    expect(await declared({ 'src/main/resources/application.yml': text })).toEqual([
      'production settings src/main/resources/application.yml:1',
      'staging settings src/main/resources/application.yml:6',
    ]);
  });
});
