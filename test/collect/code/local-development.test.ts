import { describe, expect, test } from 'vitest';
import { localDevelopment } from '../../../src/collect/code/local-development.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

async function read(files: Record<string, string>) {
  const { facts } = await collectFrom([localDevelopment], files);
  return {
    tools: factsOf(facts, 'tool-use')
      .map((t) => `${t.data.tool} ${t.data.category} ${places(t.evidence)}`)
      .sort(),
    environments: factsOf(facts, 'environment-declaration').map((e) => `${e.name} ${places(e.evidence)}`),
    images: factsOf(facts, 'image-reference').map((i) => `${i.data.by} ${i.name} ${places(i.evidence)}`),
  };
}

describe('A system is started locally', () => {
  test('by a file of Skaffold, Tilt, DevSpace, Garden or Okteto', async () => {
    const { tools, environments } = await read({
      'skaffold.yaml':
        'apiVersion: skaffold/v4beta11\nkind: Config\nprofiles:\n  - name: staging\n  - name: gcb\n  - name: test\n',
      Tiltfile: "docker_build('shop', '.')\n",
      'devspace.yaml': 'version: v2beta1\nname: shop\ndeployments: {}\n',
      'project.garden.yml': 'kind: Project\nname: shop\nenvironments:\n  - name: local\n  - name: prod\n',
      'okteto.yml': 'deploy:\n  - helm upgrade --install shop .\n',
    });
    expect(tools).toEqual([
      'devspace local-development devspace.yaml:1',
      'garden local-development project.garden.yml:1',
      'okteto local-development okteto.yml:1',
      'skaffold local-development skaffold.yaml:1',
      'tilt local-development Tiltfile:1',
    ]);
    expect(environments).toEqual(['production project.garden.yml:5', 'staging skaffold.yaml:4']);
  });

  test('by the host project of Aspire, which also names what it runs', async () => {
    const { tools, images } = await read({
      'src/Shop.AppHost/Shop.AppHost.csproj': '<Project Sdk="Aspire.AppHost.Sdk/13.0.0">\n</Project>\n',
      'src/Shop.AppHost/Program.cs':
        'var builder = DistributedApplication.CreateBuilder(args);\nvar mail = builder.AddContainer("mail", "axllent/mailpit", "v1.20");\nvar db = builder.AddPostgres("db")\n    .WithImage("ankane/pgvector")\n    .WithImageTag("latest");\n',
      'src/Shop/Shop.csproj': '<Project Sdk="Microsoft.NET.Sdk">\n</Project>\n',
    });
    expect(tools).toEqual([
      'aspire local-development src/Shop.AppHost/Shop.AppHost.csproj:1',
      'aspire orchestrator src/Shop.AppHost/Shop.AppHost.csproj:1',
    ]);
    expect(images).toEqual([
      'db ankane/pgvector:latest src/Shop.AppHost/Program.cs:4',
      'mail axllent/mailpit:v1.20 src/Shop.AppHost/Program.cs:2',
    ]);
  });

  test('not by other files of such names', async () => {
    const { tools } = await read({
      'skaffold.yaml': 'name: a\n',
      Tiltfile: '# empty\n',
      'garden.yaml': 'plants: [rose]\n',
      'examples/skaffold.yaml': 'apiVersion: skaffold/v4beta11\n',
    });
    expect(tools).toEqual([]);
  });
});
