/** Single values of a GitLab job: what it needs, its matrix, environment and time limit. */
import { environmentWithin } from '../../../model/environment-name.js';
import { flattened, list, mapping, text } from '../../shape.js';
import type { NamedValue, PipelineJob } from '../pipeline.js';

export function needsOf(value: unknown): string[] {
  return flattened(value)
    .flatMap((need) => {
      if (typeof need === 'string') return [need];
      const of = mapping(need);
      return 'project' in of || 'pipeline' in of ? [] : [text(of.job)];
    })
    .filter((n) => n !== '');
}

export function matrixOf(value: unknown): PipelineJob['matrix'] {
  const found = new Map<string, Set<string>>();
  for (const leg of list(value).slice(0, 200))
    for (const [name, values] of Object.entries(mapping(leg)))
      for (const one of flattened(values)) found.set(name, (found.get(name) ?? new Set()).add(text(one)));
  return [...found].map(([name, values]) => ({ name, values: [...values] }));
}

export function environmentOf(
  value: unknown,
  variables: readonly NamedValue[],
  matrix: PipelineJob['matrix'],
): { name: string; stops: boolean } {
  const of = mapping(value);
  const action = text(of.action) || 'start';
  if (action === 'stop') return { name: '', stops: true };
  if (action !== 'start') return { name: '', stops: false };
  const name = filled(text(value) || text(of.name), variables, matrix);
  const tier = text(of.deployment_tier);
  return {
    name: tier !== '' && environmentWithin(name) === '' && !name.includes('${{') ? tier : name,
    stops: false,
  };
}

/** Puts values in for variables; those of the run itself get GitHub's names. */
function filled(
  written: string,
  variables: readonly NamedValue[],
  matrix: PipelineJob['matrix'],
  depth = 0,
): string {
  return written.replace(/\$\{(\w+)\}|\$(\w+)/g, (_, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    if (/^CI_COMMIT_(REF_NAME|REF_SLUG|BRANCH|TAG)$/.test(name)) return '${{ github.ref_name }}';
    if (/^CI_(MERGE_REQUEST|COMMIT)_/.test(name)) return '${{ github.head_ref }}';
    if (matrix.some((m) => m.name === name)) return `\${{ matrix.${name} }}`;
    const value = variables.find((v) => v.name === name)?.value;
    return value === undefined || depth > 3
      ? `\${{ variables.${name} }}`
      : filled(value, variables, matrix, depth + 1);
  });
}

/** `1h 30m`, `90 minutes`, `2 hours`. */
export function minutes(written: string): number {
  let sum = 0;
  for (const [, n = '0', unit = ''] of written.matchAll(/(\d{1,6})\s*(h|m|d)/g))
    sum += Number(n) * (unit === 'h' ? 60 : unit === 'd' ? 1440 : 1);
  return sum;
}
