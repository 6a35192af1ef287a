/** Infrastructure that programs declare, of Pulumi and of the AWS CDK: projects, state, stacks, and what they construct in plain sight. */
import { environmentWithin, normaliseEnvironment } from '../../../model/environment-name.js';
import { atLine } from '../../../model/evidence.js';
import type { FactKind } from '../../../model/facts.js';
import { type Construction, constructions } from '../../../parse/constructors.js';
import { folderOf } from '../../../parse/paths.js';
import { isMapping, mapping, text, within } from '../../../parse/shape.js';
import { parseYaml } from '../../../parse/yaml.js';
import { type Collection, defineCollector } from '../../collector.js';
import { isNotRun } from '../../not-run.js';
import type { SourceText } from '../../source-text.js';
import { resourceOf } from './types.js';

const PROJECT = /(^|\/)(Pulumi\.ya?ml|cdk\.json)$/;
/** Where programs of infrastructure lie; the code of an application is not looked through. */
const PROGRAM =
  /(^|\/)(index\.[tj]s|__main__\.py|main\.go|app\.py|Program\.cs|[^/]*[-_.]?stack\.(ts|js|py|go|cs))$|(^|\/)(infra(structure)?|pulumi|iac|cdk|stacks?|bin|lib|components)\/[^.][^/]*\.(ts|js|py|go|cs)$/i;
const NO_PROGRAM = /\.(d|test|spec)\.[tj]s$|_test\.(go|py)$|(^|\/)(node_modules|cdk\.out)\//;
const USES = {
  pulumi: /@pulumi\/|\bimport\s+pulumi|pulumi_\w+|github\.com\/pulumi\/|\busing\s+Pulumi/,
  cdk: /aws-cdk-lib|@aws-cdk\/|\baws_cdk\b|aws-cdk-go|Amazon\.CDK/,
} as const;
type System = keyof typeof USES;

const UNSEEN: FactKind[] = [
  'cloud-resource',
  'monitoring-signal',
  'routing-receiver',
  'workload',
  'image-reference',
];

export const programs = defineCollector({
  name: 'programs',
  title: 'Pulumi and CDK',
  gives: ['cloud-resource', 'environment-declaration', 'terraform-backend', 'tool-use'],
  likely: (path) => PROJECT.test(path),
  reads: (path) => (PROJECT.test(path) || (PROGRAM.test(path) && !NO_PROGRAM.test(path))) && !isNotRun(path),
  start(collection) {
    const projects = new Map<string, System>();
    const read: { system: System; source: SourceText; made: Construction[] }[] = [];
    return {
      file(source) {
        if (PROJECT.test(source.path)) {
          const system = source.path.endsWith('cdk.json') ? 'cdk' : 'pulumi';
          projects.set(folderOf(source.path), system);
          if (system === 'cdk') giveProject(source, system, collection);
          else givePulumi(source, collection);
          return;
        }
        const system = (['pulumi', 'cdk'] as const).find((s) => USES[s].test(source.text));
        if (system) read.push({ system, source, made: constructions(source.text) });
      },
      end() {
        for (const { system, source, made } of read)
          if (belongs(source.path, system, projects))
            for (const one of made) giveConstruction(one, system, source, collection);
      },
    };
  },
});

function belongs(path: string, system: System, projects: ReadonlyMap<string, System>): boolean {
  for (let at = folderOf(path); ; at = folderOf(at)) {
    if (projects.get(at) === system) return true;
    if (at === '') return false;
  }
}

function giveProject(source: SourceText, system: System, collection: Collection): void {
  collection.fact('tool-use', system, { tool: system, category: 'iac' }, [atLine(source.path, 1)]);
  collection.gap({
    kinds: UNSEEN,
    reason: 'not-supported',
    what: `What the program of ${source.path} makes is only known when it runs`,
    path: source.path,
  });
}

function givePulumi(source: SourceText, collection: Collection): void {
  const { path } = source;
  const [document] = source.as(parseYaml);
  const project = mapping(document?.value);
  const directory = folderOf(path);
  const resources = project.resources;
  if (!document || !isMapping(resources)) giveProject(source, 'pulumi', collection);
  else {
    collection.fact('tool-use', 'pulumi', { tool: 'pulumi', category: 'iac' }, [atLine(path, 1)]);
    for (const [name, resource] of Object.entries(resources)) {
      const [pack = '', module = '', type = ''] = text(within(resource, 'type')).split(':');
      const properties = mapping(within(resource, 'properties'));
      const made = {
        module: type ? (module.split('/')[0] ?? '') : pack,
        type: type || module,
        name,
        line: document.lineOf(resources, name),
        arguments: Object.keys(properties).map((key) => {
          const value = text(properties[key]);
          const literal = value !== '' && !value.includes('${');
          return { name: key, value: value || '...', line: document.lineOf(properties, key), literal };
        }),
      };
      giveConstruction(made, 'pulumi', source, collection);
    }
  }
  const url = text(within(project, 'backend', 'url'));
  if (!url || !document) return;
  const type = url.split(':')[0] ?? '';
  const data = { type, directory, remote: type !== 'file' };
  collection.fact('terraform-backend', type, data, [
    atLine(path, document.lineOf(mapping(project.backend), 'url')),
  ]);
}

function giveConstruction(
  made: Construction,
  system: System,
  source: SourceText,
  collection: Collection,
): void {
  const directory = folderOf(source.path);
  const at = [atLine(source.path, made.line)];
  // A stack whose name says for which environment it is.
  if (system === 'cdk' && made.type.endsWith('Stack') && made.module === '') {
    const words = made.name.replace(/([a-z0-9])([A-Z])/g, '$1-$2');
    const environment = environmentWithin(words);
    if (environment) {
      const data = {
        environment: normaliseEnvironment(environment),
        by: 'stack' as const,
        within: directory,
      };
      collection.fact('environment-declaration', made.name, data, at);
    }
  }
  const resource = resourceOf(system, made);
  if (resource)
    collection.fact(
      'cloud-resource',
      `${resource.type}.${made.name}`,
      { directory, system, ...resource },
      at,
    );
}
