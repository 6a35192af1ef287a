import { describe, expect, test } from 'vitest';
import { packages } from '../../src/collect/code/packages.js';
import { collect } from '../../src/collect/collect.js';
import { compose } from '../../src/collect/containers/compose.js';
import { docker } from '../../src/collect/containers/docker.js';
import { platforms } from '../../src/collect/infrastructure/platforms.js';
import { terraform } from '../../src/collect/infrastructure/terraform/terraform.js';
import { kubernetes } from '../../src/collect/kubernetes/kubernetes.js';
import { otherSystems } from '../../src/collect/other-systems.js';
import { characterOf } from '../../src/derive/repository.js';
import { memoryTree } from '../../src/source/memory.js';

async function character(files: Record<string, string>, name = 'shop'): Promise<string> {
  const { facts } = await collect(memoryTree({ files, name }), [
    compose,
    docker,
    kubernetes,
    otherSystems,
    packages,
    platforms,
    terraform,
  ]);
  const { character: what, operates } = characterOf(facts);
  return operates ? what : `${what}, operates nothing`;
}

const LIBRARY = { 'package.json': '{"name": "lib", "version": "1.0.0", "scripts": {"test": "vitest"}}' };
const DEPLOYMENT =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec: { selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { containers: [{ name: a, image: "a:1" }] } } }\n';

describe('a library', () => {
  test('publishes a package and runs nothing', async () => {
    expect(await character(LIBRARY)).toBe('library, operates nothing');
    expect(await character({ 'Cargo.toml': '[package]\nname = "x"\nversion = "1.0.0"\n' })).toBe(
      'library, operates nothing',
    );
    expect(
      await character({
        'pyproject.toml': '[build-system]\nrequires = []\n[project]\nname = "x"\ndependencies = ["flask"]\n',
      }),
    ).toBe('library, operates nothing');
  });

  test('stays one with examples, a development container and the database of its tests', async () => {
    expect(
      await character({
        ...LIBRARY,
        'examples/web/Dockerfile': 'FROM node:20\n',
        'examples/web/package.json':
          '{"private": true, "scripts": {"start": "x"}, "dependencies": {"next": "1"}}',
        '.devcontainer/docker-compose.yml': 'services:\n  dev:\n    build: .\n',
        'docker-compose.yml': 'services:\n  db:\n    image: postgres:16\n',
        'test/k8s/a.yaml': DEPLOYMENT,
        'Dockerfile.test': 'FROM node:20\n',
      }),
    ).toBe('library, operates nothing');
  });

  test('may be a Terraform module, by the name that the registry demands', async () => {
    const module = { 'main.tf': 'resource "aws_vpc" "x" {\n  cidr_block = var.cidr\n}\n' };
    expect(await character(module, 'terraform-aws-vpc')).toBe('library, operates nothing');
    expect(await character({ ...module, 'prod.tfvars': 'cidr = "x"\n' }, 'terraform-aws-vpc')).toBe(
      'infrastructure',
    );
    expect(await character(module)).toBe('infrastructure');
  });
});

describe('an application', () => {
  test('is built into an image, or started by Compose', async () => {
    expect(await character({ ...LIBRARY, Dockerfile: 'FROM node:20\n' })).toBe('application');
    expect(await character({ 'docker-compose.yml': 'services:\n  a:\n    image: a:1\n' })).toBe(
      'application',
    );
  });

  test('is a package that nobody takes in: private, started, of a framework', async () => {
    expect(
      await character({ 'package.json': '{"name": "x", "private": true, "dependencies": {"next": "1"}}' }),
    ).toBe('application');
    expect(
      await character({
        'package.json':
          '{"name": "x", "version": "1.0.0", "scripts": {"start": "next start"}, "dependencies": {"next": "1"}}',
      }),
    ).toBe('application');
    expect(await character({ 'src/App/App.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>' })).toBe(
      'application',
    );
  });

  test('is what a platform hosts', async () => {
    expect(await character({ ...LIBRARY, 'fly.toml': 'app = "shop"\n' })).toBe('application');
  });

  test('with its own infrastructure is mixed', async () => {
    expect(
      await character({ Dockerfile: 'FROM node:20\n', 'infra/main.tf': 'resource "aws_vpc" "x" {}\n' }),
    ).toBe('mixed');
  });
});

test('manifests without a program are configuration', async () => {
  expect(await character({ 'apps/a.yaml': DEPLOYMENT })).toBe('gitops-config');
});

test('a repository of texts and scripts is not known, and operates nothing', async () => {
  expect(
    await character({ 'README.md': 'x', 'scripts/a.sh': 'x', 'docs/requirements.txt': 'mkdocs\n' }),
  ).toBe('unknown, operates nothing');
});
