/** CloudFormation and SAM: templates in YAML and JSON, and the files that set their parameters. */
import { atLine } from '../../../model/evidence.js';
import { isMapping, mapping, mappings, text } from '../../../parse/shape.js';
import { parseYaml } from '../../../parse/yaml.js';
import { defineCollector } from '../../collector.js';
import { isNotRun } from '../../not-run.js';
import { giveResources, RESOURCE_KINDS, resourcesOf, type Template } from './resources.js';

const FILES = /\.(ya?ml|json|template)$/;
const LIKELY =
  /(^|\/)(template|[^/]*(cloudformation|cfn|[-_.]stack)[^/]*)\.(ya?ml|json|template)$|\.template$/i;
const SAM_CONFIG = /(^|\/)samconfig\.(toml|ya?ml)$/;
const LONGEST = 2_000_000;

export const cloudformation = defineCollector({
  name: 'cloudformation',
  title: 'CloudFormation',
  gives: [...RESOURCE_KINDS, 'tool-use'],
  likely: (path) => LIKELY.test(path),
  reads: (path) => (FILES.test(path) || SAM_CONFIG.test(path)) && !isNotRun(path),
  start(collection) {
    const templates: Omit<Template, 'set'>[] = [];
    const set = new Set<string>();
    return {
      file(source) {
        const { path, text: content } = source;
        if (SAM_CONFIG.test(path)) {
          collection.fact('tool-use', 'sam', { tool: 'sam', category: 'iac' }, [atLine(path, 1)]);
          for (const [, name = ''] of content.matchAll(/(\w+)=\\?["']?[^\s"']/g)) set.add(name);
          return;
        }
        if (content.length > LONGEST) return;
        if (/"?ParameterKey"?\s*:/.test(content)) {
          for (const { value } of source.as(parseYaml))
            for (const parameter of mappings(value)) set.add(text(parameter.ParameterKey));
          return;
        }
        if (!/\bAWS::\w+::\w+/.test(content) || !/\bResources\b/.test(content)) return;
        for (const document of source.as(parseYaml)) {
          if (document.error !== '') {
            if (!/^\s*"?AWSTemplateFormatVersion/m.test(content)) continue;
            collection.gap({
              kinds: ['cloud-resource', 'monitoring-signal', 'workload'],
              reason: 'unreadable',
              what: `${path} could not be read at line ${document.errorLine}: ${document.error}`,
              path,
            });
          } else if (isMapping(document.value) && resourcesOf(document.value).length > 0)
            templates.push({ document, root: document.value, source, system: 'cloudformation' });
        }
      },
      end() {
        for (const template of templates) {
          const { root, source, document } = template;
          const serverless = JSON.stringify(root.Transform ?? '').includes('AWS::Serverless');
          const tool = serverless ? 'sam' : 'cloudformation';
          const line = document.lineOf(root, serverless ? 'Transform' : 'Resources');
          collection.fact('tool-use', tool, { tool, category: 'iac' }, [atLine(source.path, line)]);
          giveResources({ ...template, set }, collection);
          const services = resourcesOf(root).filter(([, r]) => text(mapping(r).Type) === 'AWS::ECS::Service');
          const [service] = services;
          if (service)
            collection.gap({
              kinds: ['workload'],
              reason: 'not-supported',
              what: `The ECS service ${service[0]} of the template ${source.path} is not counted yet`,
              path: source.path,
            });
        }
      },
    };
  },
});
