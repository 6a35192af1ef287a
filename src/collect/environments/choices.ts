/** Environments among which a person chooses who starts a pipeline by hand: the values that its input allows. */
import { environmentWithin, normaliseEnvironment } from '../../model/environment-name.js';
import { atLine } from '../../model/evidence.js';
import { isMapping, list, type Mapping, text } from '../../parse/shape.js';
import { parseYaml, type YamlDocument } from '../../parse/yaml.js';
import { type Collection, defineCollector } from '../collector.js';

const PIPELINE =
  /^\.github\/workflows\/[^/]+\.ya?ml$|(^|\/)\.?(azure-?pipelines?|gitlab-ci|bitbucket-pipelines|circleci|azdo|azure-devops)[^/]*(\/.*)?\.ya?ml$/i;
const JENKINSFILE = /(^|\/)Jenkinsfile[^/]*$/;
/** The name of an input that asks for an environment. */
const ASKS = /^(.*[-_.])?(env|environment|stage|deploy_?env|target_?env(ironment)?)([-_.]?name)?$/i;
/** How the systems name a list of allowed values: GitHub and GitLab, Azure, CircleCI, Bitbucket. */
const ALLOWED = ['options', 'values', 'enum', 'allowed-values'] as const;
/** A choice between several of the others, or none of them. */
const NONE = /^(all(-.*)?|any|both|none|default|auto|other|\s*)$/i;
const JENKINS_CHOICE = /\bchoice\s*\(\s*name\s*:\s*['"]([^'"]+)['"]\s*,\s*choices\s*:\s*\[([^\][]{0,500})\]/g;

export const environmentChoices = defineCollector({
  name: 'environment-choices',
  title: 'Choices of an environment',
  gives: ['environment-declaration'],
  reads: (path) => PIPELINE.test(path) || JENKINSFILE.test(path),
  start(collection) {
    return {
      file(source) {
        const { path } = source;
        if (JENKINSFILE.test(path)) {
          for (const { 0: choice, 1: name = '', 2: given = '', index } of source.text.matchAll(
            JENKINS_CHOICE,
          )) {
            const line = source.text.slice(0, index + choice.indexOf('[')).split('\n').length;
            const values = [...given.matchAll(/['"]([^'"]+)['"]/g)].map((m) => ({ value: m[1] ?? '', line }));
            declare(collection, path, name, values);
          }
        } else if (/^\s*(-\s*)?["']?(options|values|enum|allowed-values)["']?\s*:/m.test(source.text))
          for (const document of source.as(parseYaml)) readDocument(document, path, collection);
      },
    };
  },
});

function readDocument(document: YamlDocument, path: string, collection: Collection): void {
  const seen = new Set<object>();
  const open: { value: unknown; key: string }[] = [{ value: document.value, key: '' }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, key } = next;
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (isMapping(value)) declare(collection, path, text(value.name) || key, allowedBy(value, document));
    for (const [inner, held] of Object.entries(value)) open.push({ value: held, key: inner });
  }
}

interface Allowed {
  value: string;
  line: number;
}

function allowedBy(input: Mapping, document: YamlDocument): Allowed[] {
  const values = ALLOWED.map((key) => input[key]).find((v) => Array.isArray(v));
  if (!Array.isArray(values)) return [];
  return list(values).map((value, i) => ({ value: text(value), line: document.lineOf(values, i) }));
}

function declare(collection: Collection, path: string, name: string, values: readonly Allowed[]): void {
  if (!ASKS.test(name) || !values.some((v) => environmentWithin(v.value) !== '')) return;
  for (const { value, line } of values)
    if (!NONE.test(value) && !/[${}\s]/.test(value)) {
      const environment = normaliseEnvironment(value);
      collection.fact('environment-declaration', environment, { environment, by: 'validation', within: '' }, [
        atLine(path, line),
      ]);
    }
}
