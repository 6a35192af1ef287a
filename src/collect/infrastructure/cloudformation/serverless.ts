/** The Serverless Framework: functions, stages, and the CloudFormation resources that a service brings. */
import { environmentWithin, normaliseEnvironment } from '../../../model/environment-name.js';
import { atLine } from '../../../model/evidence.js';
import type { FactData } from '../../../model/facts.js';
import { folderOf } from '../../../parse/paths.js';
import { isMapping, mapping, mappings, text } from '../../../parse/shape.js';
import { parseYaml } from '../../../parse/yaml.js';
import { defineCollector } from '../../collector.js';
import { isNotRun } from '../../not-run.js';
import { giveResources, RESOURCE_KINDS, resourcesOf } from './resources.js';

const SERVICE = /(^|\/)serverless\.(ya?ml|json|ts|js)$/;

/** A program of this name is a service only where it gives one: an object with these keys. */
const GIVES_SERVICE = [/^\s*['"]?service['"]?:/m, /^\s*['"]?provider['"]?:/m];

const PLATFORMS: Readonly<Record<string, string>> = { aws: 'lambda' };

export const serverless = defineCollector({
  name: 'serverless',
  title: 'Serverless Framework',
  gives: [...RESOURCE_KINDS, 'tool-use'],
  reads: (path) => SERVICE.test(path) && !isNotRun(path),
  start(collection) {
    const use = (tool: string, category: FactData<'tool-use'>['category'], path: string, line: number) =>
      collection.fact('tool-use', tool, { tool, category }, [atLine(path, line)]);
    return {
      file(source) {
        const { path } = source;
        const program = /\.[tj]s$/.test(path);
        const [document] = program ? [] : source.as(parseYaml);
        const service = mapping(document?.value);
        const gives = program ? GIVES_SERVICE.every((key) => key.test(source.text)) : service.provider;
        if (!gives && !document?.error) return;
        use('serverless-framework', 'iac', path, 1);
        if (program || !document || document.error !== '') {
          collection.gap({
            kinds: ['cloud-resource', 'monitoring-signal', 'environment'],
            reason: program ? 'not-supported' : 'unreadable',
            what: `What ${path} declares could not be read`,
            path,
          });
          return;
        }
        const provider = isMapping(service.provider) ? text(service.provider.name) : text(service.provider);
        const platform = PLATFORMS[provider];
        if (platform && service.functions)
          use(platform, 'orchestrator', path, document.lineOf(service, 'functions'));
        const directory = folderOf(path);
        // Parameters and settings by stage.
        for (const holder of [service.params, service.stages, mapping(service.custom).stages]) {
          if (!isMapping(holder)) continue;
          for (const name of Object.keys(holder)) {
            if (name === 'default' || !environmentWithin(name)) continue;
            const data = {
              environment: normaliseEnvironment(name),
              by: 'validation' as const,
              within: directory,
            };
            collection.fact('environment-declaration', name, data, [
              atLine(path, document.lineOf(holder, name)),
            ]);
          }
        }
        const parts = isMapping(service.resources) ? [service.resources] : mappings(service.resources);
        for (const root of parts)
          if (resourcesOf(root).length > 0)
            giveResources(
              { document, root, source, system: 'serverless-framework', set: new Set() },
              collection,
            );
        if (service.resources && parts.every((root) => resourcesOf(root).length === 0))
          collection.gap({
            kinds: ['cloud-resource', 'monitoring-signal'],
            reason: 'not-rendered',
            what: `The resources of ${path} stand in other files`,
            path,
          });
      },
    };
  },
});
