import { describe, expect, test } from 'vitest';
import { environmentFiles } from '../../src/collect/environments/environments.js';
import { terraform } from '../../src/collect/infrastructure/terraform/terraform.js';
import { kubernetes } from '../../src/collect/kubernetes/kubernetes.js';
import { environmentCopies } from '../../src/derive/environment-copies.js';
import { factsOf } from '../../src/model/facts.js';
import { collectFrom, places } from '../collect/from-files.js';

async function copies(files: Readonly<Record<string, string>>) {
  const { facts } = await collectFrom([environmentFiles, kubernetes, terraform], files);
  return factsOf(environmentCopies.derive(facts, [], 'here').facts, 'environment-copy');
}
function buckets(...names: string[]): string {
  return names.map((name) => `resource "aws_s3_bucket" "${name}" {}\n`).join('');
}

describe('environments that are copies', () => {
  test('are told with what is declared twice, and where', async () => {
    const [copy, ...others] = await copies({
      'environments/prod/main.tf': buckets('a', 'b', 'c', 'd', 'e', 'f'),
      'environments/staging/main.tf': buckets('a', 'b', 'c', 'd', 'e'),
    });
    expect(others).toEqual([]);
    expect(copy?.data).toMatchObject({
      within: 'environments',
      environments: ['production', 'staging'],
      copied: 5,
      declared: 5,
    });
    expect(copy?.data.examples).toContain('aws_s3_bucket.a');
    expect(places(copy?.evidence ?? [])).toContain('environments/prod/main.tf:1');
    expect(places(copy?.evidence ?? [])).toContain('environments/staging/main.tf:1');
  });

  test('are not those that call one module, share little, or are other folders', async () => {
    const module = 'module "shop" {\n  source = "../../modules/shop"\n}\n';
    expect(
      await copies({
        'modules/shop/main.tf': buckets('a', 'b', 'c', 'd', 'e'),
        'environments/prod/main.tf': module,
        'environments/staging/main.tf': module,
      }),
    ).toEqual([]);
    expect(
      await copies({
        'environments/prod/main.tf': buckets('a', 'b', 'c', 'd', 'e', 'p1', 'p2', 'p3', 'p4'),
        'environments/staging/main.tf': buckets('a', 'b', 'c', 'd', 'e', 's1', 's2', 's3', 's4'),
      }),
    ).toEqual([]);
    expect(
      await copies({
        'teams/red/main.tf': buckets('a', 'b', 'c', 'd', 'e'),
        'teams/blue/main.tf': buckets('a', 'b', 'c', 'd', 'e'),
      }),
    ).toEqual([]);
  });

  test('are not environments that differ in their configuration alone', async () => {
    const settings = ['a', 'b', 'c', 'd', 'e', 'f']
      .map((n) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${n} }\ndata: { a: b }\n`)
      .join('---\n');
    expect(
      await copies({
        'environments/prod/settings.yaml': settings,
        'environments/staging/settings.yaml': settings,
      }),
    ).toEqual([]);
  });
});
