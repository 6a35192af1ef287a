/** What starts a system on a developer's machine, other than compose: Skaffold, Tilt, DevSpace, Garden, Okteto and .NET Aspire, with the environments that they name. */
import { knownEnvironment } from '../../model/environment-name.js';
import { atLine } from '../../model/evidence.js';
import type { FactData } from '../../model/facts.js';
import { parseImage } from '../../parse/image.js';
import { folderOf } from '../../parse/paths.js';
import { isMapping, type Mapping, mappings, text } from '../../parse/shape.js';
import { parseYaml, type YamlDocument } from '../../parse/yaml.js';
import { type Collection, defineCollector } from '../collector.js';
import { isNotRun } from '../not-run.js';
import type { SourceText } from '../source-text.js';

type Category = FactData<'tool-use'>['category'];

interface Starter {
  tool: string;
  file: RegExp;
  is(root: Mapping): boolean;
  /** Under which key lie profiles or environments, each with a name. */
  names: string;
}

const STARTERS: readonly Starter[] = [
  {
    tool: 'skaffold',
    file: /(^|\/)skaffold[^/]*\.ya?ml$/,
    is: (root) => text(root.apiVersion).startsWith('skaffold/'),
    names: 'profiles',
  },
  {
    tool: 'devspace',
    file: /(^|\/)devspace[^/]*\.ya?ml$/,
    is: (root) =>
      /^v\d/.test(text(root.version)) && ['deployments', 'dev', 'images', 'pipelines'].some((k) => k in root),
    names: 'profiles',
  },
  {
    tool: 'garden',
    file: /(^|\/)([\w-]+\.)?garden\.ya?ml$/,
    is: (root) => /^(Build|Deploy|Module|Project|Run|Test)$/.test(text(root.kind)),
    names: 'environments',
  },
  {
    tool: 'okteto',
    file: /(^|\/)okteto[^/]*\.ya?ml$/,
    is: (root) => ['build', 'deploy', 'dev'].some((k) => isMapping(root[k]) || Array.isArray(root[k])),
    names: 'profiles',
  },
];
const TILTFILE = /(^|\/)Tiltfile$/;
const TILT =
  /^\s*(docker_build|k8s_yaml|k8s_resource|docker_compose|local_resource|helm_resource|custom_build|load|include)\s*\(/m;
const PROJECT = /\.csproj$/;
/** The project that starts the others says so by its SDK, or by a property. */
const HOST_PROJECT = /Aspire\.AppHost\.Sdk|<IsAspireHost>\s*true/i;
const PROGRAM = /\.cs$/;
const BUILDER = /DistributedApplication\.CreateBuilder\(/;
const CONTAINER = /\.AddContainer\(\s*"([^"]+)"\s*,\s*"([^"]+)"(?:\s*,\s*"([^"]+)")?/g;
/** A part that Aspire knows, with another image in place of its own. */
const OTHER_IMAGE =
  /\.Add\w+\(\s*"([^"]+)"[^;]{0,2000}?\.WithImage\(\s*"([^"]+)"(?:\s*,\s*"([^"]+)")?\s*\)(?:\s*\.WithImageTag\(\s*"([^"]+)"\s*\))?/g;

export const localDevelopment = defineCollector({
  name: 'local-development',
  title: 'Local development',
  gives: ['environment-declaration', 'image-reference', 'tool-use'],
  likely: (path) => TILTFILE.test(path) || STARTERS.some((s) => s.file.test(path)),
  reads: (path) =>
    !isNotRun(path) &&
    (STARTERS.some((s) => s.file.test(path)) ||
      TILTFILE.test(path) ||
      PROJECT.test(path) ||
      (PROGRAM.test(path) && /AppHost/i.test(path))),
  start(collection) {
    const used = new Map<string, { category: Category; path: string; line: number }[]>();
    const use = (tool: string, category: Category, path: string, line: number) => {
      const places = used.get(`${tool} ${category}`) ?? [];
      if (places.length < 5) places.push({ category, path, line });
      used.set(`${tool} ${category}`, places);
    };
    return {
      file(source) {
        const { path } = source;
        if (TILTFILE.test(path)) {
          if (TILT.test(source.text)) use('tilt', 'local-development', path, source.lineOf(TILT));
        } else if (PROJECT.test(path)) {
          if (!HOST_PROJECT.test(source.text)) return;
          const line = source.lineOf(HOST_PROJECT);
          use('aspire', 'orchestrator', path, line);
          use('aspire', 'local-development', path, line);
        } else if (PROGRAM.test(path)) readProgram(collection, source);
        else
          for (const document of source.as(parseYaml)) {
            const tool = readStarter(collection, path, document);
            if (tool) use(tool, 'local-development', path, document.line);
          }
      },
      end() {
        for (const [key, places] of used) {
          const tool = key.split(' ')[0] ?? '';
          const category = places[0]?.category ?? 'local-development';
          collection.fact(
            'tool-use',
            tool,
            { tool, category },
            places.map(({ path, line }) => atLine(path, line)),
          );
        }
      },
    };
  },
});

/** The tool whose file it is; names of environments among its profiles are declared on the way. */
function readStarter(collection: Collection, path: string, document: YamlDocument): string | undefined {
  const root = document.value;
  if (!isMapping(root)) return undefined;
  const starter = STARTERS.find((s) => s.file.test(path) && s.is(root));
  for (const profile of starter ? mappings(root[starter.names]) : []) {
    const environment = knownEnvironment(text(profile.name));
    if (environment !== '' && environment !== 'test')
      collection.fact(
        'environment-declaration',
        environment,
        { environment, by: 'platform', within: folderOf(path) },
        [atLine(path, document.lineOf(profile, 'name'))],
      );
  }
  return starter?.tool;
}

/** Containers that the host of Aspire starts under an image of their own. */
function readProgram(collection: Collection, source: SourceText): void {
  if (!BUILDER.test(source.text)) return;
  for (const match of [...source.text.matchAll(CONTAINER), ...source.text.matchAll(OTHER_IMAGE)]) {
    const [, by = '', name = '', named = '', tag = named] = match;
    const image = tag === '' ? name : `${name}:${tag}`;
    const at = match.index + match[0].lastIndexOf(`"${name}"`);
    const line = source.text.slice(0, at).split('\n').length;
    collection.fact('image-reference', image, { image, used: 'platform', ...parseImage(image), by }, [
      atLine(source.path, line),
    ]);
  }
}
