/**
 * Platforms that build and run a repository from a file of its own: Fly, Netlify, Heroku, Render, App Engine and their like.
 * Such a file is known by what it says, since several programs share names as plain as `app.json` and `app.yaml`.
 */
import { knownEnvironment, normaliseEnvironment } from '../../model/environment-name.js';
import { atLine } from '../../model/evidence.js';
import { parseImage } from '../../parse/image.js';
import { parseJson } from '../../parse/json.js';
import { folderOf } from '../../parse/paths.js';
import { isMapping, type Mapping, mapping, mappings, text, within } from '../../parse/shape.js';
import { parseToml } from '../../parse/toml.js';
import { parseYaml } from '../../parse/yaml.js';
import { defineCollector } from '../collector.js';
import { isNotRun } from '../not-run.js';
import type { SourceText } from '../source-text.js';

/** A parsed file with the lines of its keys. */
interface Written {
  root: Mapping;
  lineOf(...keys: string[]): number;
}

interface Said {
  /** More than one where the file chooses among the platforms of a cloud; none where it only names environments. */
  tools: readonly string[];
  /** As the platform writes them, with the keys that lead to each. */
  environments: readonly (readonly string[])[];
  /** Images that the platform pulls rather than builds. */
  images: readonly { image: string; by: string; keys: readonly string[] }[];
}

interface Platform {
  file: RegExp;
  /** A word that only its files bear, where the name says too little. */
  telling?: RegExp;
  /** Nothing where it is the file of another program. */
  read(file: Written): Said | undefined;
}

function uses(tool: string, more: Partial<Said> = {}): Said {
  return { tools: [tool], environments: [], images: [], ...more };
}

/** The keys of a mapping, each after the keys that lead to it. */
function under(root: Mapping, ...keys: string[]): string[][] {
  return Object.keys(mapping(within(root, ...keys))).map((name) => [...keys, name]);
}

function hasAny(root: Mapping, ...keys: string[]): boolean {
  return keys.some((key) => root[key] !== undefined);
}

/** What Azure's developer CLI deploys a service to. */
const AZURE_HOSTS: Readonly<Record<string, string>> = {
  aks: 'kubernetes',
  appservice: 'app-service',
  containerapp: 'container-apps',
  function: 'azure-functions',
  staticwebapp: 'static-web-apps',
};

const PLATFORMS: readonly Platform[] = [
  {
    file: /(^|\/)fly(\.[\w-]+)?\.toml$/,
    read({ root }) {
      if (!hasAny(root, 'app', 'primary_region', 'http_service', 'services', 'processes')) return undefined;
      const image = text(within(root, 'build', 'image'));
      const images = image === '' ? [] : [{ image, by: text(root.app), keys: ['build', 'image'] }];
      return uses('fly', { images });
    },
  },
  {
    // A project is deployed without one; what it says is how.
    file: /(^|\/)(vercel|now)\.json$/,
    read: () => uses('vercel'),
  },
  {
    file: /(^|\/)netlify\.toml$/,
    read: ({ root }) => {
      const contexts = under(root, 'context').filter(
        ([, name = '']) => name === 'deploy-preview' || knownEnvironment(name) !== '',
      );
      return uses('netlify', { environments: contexts });
    },
  },
  {
    file: /(^|\/)render\.ya?ml$/,
    read({ root }) {
      const services = [root, ...mappings(root.projects).flatMap((p) => mappings(p.environments))].flatMap(
        (holder) => mappings(holder.services),
      );
      if (!services.some((s) => text(s.type) !== '') && !Array.isArray(root.databases)) return undefined;
      const preview = text(within(root, 'previews', 'generation'));
      const previews = /^(automatic|manual)$/.test(preview) ? [['previews']] : [];
      if (root.previewsEnabled === true) previews.push(['previewsEnabled']);
      return uses('render', { environments: previews });
    },
  },
  {
    file: /(^|\/)railway\.(json|toml)$/,
    read: ({ root }) =>
      hasAny(root, '$schema', 'build', 'deploy', 'environments')
        ? uses('railway', { environments: under(root, 'environments') })
        : undefined,
  },
  {
    file: /(^|\/)app\.json$/,
    read({ root }) {
      // Expo and React Native describe an app for telephones under the same name.
      if (root.expo !== undefined) return undefined;
      const heroku =
        hasAny(root, 'addons', 'buildpacks', 'formation', 'environments', 'success_url') ||
        isMapping(root.env);
      return heroku ? uses('heroku', { environments: under(root, 'environments') }) : undefined;
    },
  },
  {
    file: /(^|\/)heroku\.yml$/,
    read: ({ root }) => (hasAny(root, 'build', 'setup', 'release', 'run') ? uses('heroku') : undefined),
  },
  {
    file: /(^|\/)([\w-]+[.-])?app([.-][\w-]+)?\.ya?ml$/,
    read({ root }) {
      const engine = /^(custom|go|java|nodejs|php|python|ruby)\d*$/.test(text(root.runtime));
      return engine && root.version !== 1 && !isMapping(root.run) ? uses('app-engine') : undefined;
    },
  },
  {
    file: /(^|\/)\.do\/[^/]+\.ya?ml$/,
    read({ root }) {
      const app = isMapping(root.spec) ? root.spec : root;
      const runs = ['services', 'static_sites', 'workers', 'jobs', 'functions'];
      return runs.some((key) => Array.isArray(app[key])) ? uses('app-platform') : undefined;
    },
  },
  {
    file: /(^|\/)apprunner\.ya?ml$/,
    read: ({ root }) => (hasAny(root, 'runtime', 'run') ? uses('app-runner') : undefined),
  },
  {
    file: /(^|\/)Dockerrun\.aws\.json$/,
    read({ root }) {
      if (root.AWSEBDockerrunVersion === undefined) return undefined;
      const image = text(within(root, 'Image', 'Name'));
      const images = image === '' ? [] : [{ image, by: 'Dockerrun', keys: ['Image', 'Name'] }];
      return uses('elastic-beanstalk', { images });
    },
  },
  {
    file: /(^|\/)\.elasticbeanstalk\/config\.ya?ml$/,
    read({ root }) {
      const defaults = mapping(root['branch-defaults']);
      const named = Object.keys(defaults).filter((b) => text(within(defaults, b, 'environment')) !== '');
      const environments = named.map((branch) => [
        'branch-defaults',
        branch,
        'environment',
        text(within(defaults, branch, 'environment')),
      ]);
      return uses('elastic-beanstalk', { environments });
    },
  },
  {
    file: /(^|\/)\.ebextensions\/[^/]+\.config$/,
    read: ({ root }) =>
      hasAny(root, 'option_settings', 'container_commands', 'commands', 'packages', 'files', 'Resources')
        ? uses('elastic-beanstalk')
        : undefined,
  },
  {
    file: /(^|\/)copilot\/[^/]+\/manifest\.ya?ml$/,
    read({ root }) {
      const type = text(root.type);
      const environments = under(root, 'environments');
      if (type === 'Request-Driven Web Service') return uses('app-runner', { environments });
      return /^(Load Balanced Web Service|Backend Service|Worker Service|Scheduled Job)$/.test(type)
        ? { tools: ['ecs', 'fargate'], environments, images: [] }
        : undefined;
    },
  },
  {
    file: /(^|\/)azure\.ya?ml$/,
    read({ root }) {
      const hosts = Object.values(mapping(root.services)).map((s) => text(mapping(s).host));
      const tools = hosts.flatMap((host) => AZURE_HOSTS[host] ?? []);
      return tools.length > 0 ? { tools: [...new Set(tools)], environments: [], images: [] } : undefined;
    },
  },
  {
    file: /\.ya?ml$/,
    telling: /run\.googleapis\.com\/|Microsoft\.App\/containerApps/i,
    read({ root }) {
      if (/^Microsoft\.App\/containerApps$/i.test(text(root.type))) return uses('container-apps');
      const annotations = Object.keys(mapping(within(root, 'metadata', 'annotations')));
      const inner = Object.keys(mapping(within(root, 'spec', 'template', 'metadata', 'annotations')));
      const google = [...annotations, ...inner].some((a) => a.startsWith('run.googleapis.com/'));
      const knative = text(root.apiVersion).startsWith('serving.knative.dev/');
      const job = text(root.apiVersion).startsWith('run.googleapis.com/');
      return job || (knative && google) ? uses('cloud-run') : undefined;
    },
  },
  {
    file: /(^|\/)config\/deploy\.ya?ml$/,
    read({ root }) {
      if (text(root.service) === '' || !hasAny(root, 'servers', 'registry', 'accessories')) return undefined;
      const accessories = mapping(root.accessories);
      const images = Object.keys(accessories).flatMap((name) => {
        const image = text(within(accessories, name, 'image'));
        return image === '' ? [] : [{ image, by: name, keys: ['accessories', name, 'image'] }];
      });
      return uses('kamal', { images });
    },
  },
  {
    file: /(^|\/)wrangler\.(toml|jsonc?)$/,
    read: ({ root }) =>
      hasAny(root, 'name', 'main', 'compatibility_date')
        ? uses('cloudflare-workers', { environments: under(root, 'env') })
        : undefined,
  },
  {
    file: /(^|\/)firebase\.json$/,
    read: ({ root }) => (hasAny(root, 'hosting', 'functions', 'apphosting') ? uses('firebase') : undefined),
  },
  {
    // Expo's own service builds an app for each of these; it runs nothing.
    file: /(^|\/)eas\.json$/,
    read: ({ root }) => ({
      tools: [],
      environments: under(root, 'build').filter(([, name = '']) => knownEnvironment(name) !== ''),
      images: [],
    }),
  },
];

function written(source: SourceText): Written | undefined {
  if (source.path.endsWith('.toml')) {
    const document = source.as(parseToml);
    return isMapping(document.value) ? { root: document.value, lineOf: document.lineOf } : undefined;
  }
  if (/\.jsonc?$/.test(source.path)) {
    const document = source.as(parseJson);
    return isMapping(document.value) ? { root: document.value, lineOf: document.lineOf } : undefined;
  }
  const [document] = source.as(parseYaml);
  if (!document || !isMapping(document.value)) return undefined;
  const root = document.value;
  return {
    root,
    lineOf(...keys) {
      let at: unknown = root;
      let line = document.line;
      for (const key of keys) {
        if (!isMapping(at) || !(key in at)) break;
        line = document.lineOf(at, key);
        at = at[key];
      }
      return line;
    },
  };
}

/** Heroku's name, and Netlify's, for what each change gets. */
function environmentNamed(name: string): string {
  return /^(review|pr|deploy-preview|previews|previewsEnabled)$/.test(name)
    ? 'preview'
    : normaliseEnvironment(name);
}

export const platforms = defineCollector({
  name: 'platforms',
  title: 'Platforms',
  gives: ['environment-declaration', 'image-reference', 'tool-use'],
  likely: (path) => PLATFORMS.some((p) => p.telling === undefined && p.file.test(path)),
  reads: (path) => !isNotRun(path) && PLATFORMS.some((p) => p.file.test(path)),
  start(collection) {
    const used = new Map<string, { path: string; line: number }[]>();
    const named = new Set<string>();
    return {
      file(source) {
        const { path } = source;
        const its = PLATFORMS.filter(
          (p) => p.file.test(path) && (p.telling === undefined || p.telling.test(source.text)),
        );
        if (its.length === 0) return;
        const file = written(source);
        if (!file) return;
        for (const platform of its) {
          const said = platform.read(file);
          if (!said) continue;
          for (const tool of said.tools) used.set(tool, [...(used.get(tool) ?? []), { path, line: 1 }]);
          const folder = folderOf(path);
          for (const keys of said.environments) {
            const environment = environmentNamed(keys.at(-1) ?? '');
            const line = file.lineOf(...keys);
            if (named.has(`${path} ${environment}`)) continue;
            named.add(`${path} ${environment}`);
            collection.fact(
              'environment-declaration',
              environment,
              { environment, by: 'platform', within: folder },
              [atLine(path, line)],
            );
          }
          for (const { image, by, keys } of said.images)
            collection.fact('image-reference', image, { image, used: 'platform', ...parseImage(image), by }, [
              atLine(path, file.lineOf(...keys)),
            ]);
        }
      },
      end() {
        // A Procfile alone starts things locally too; beside what only Heroku's builder reads, it is Heroku's.
        const [own] = collection.files.filter((f) => /^Procfile$/.test(f.path));
        if (own && collection.files.some((f) => HEROKU_BESIDE.test(f.path)))
          used.set('heroku', [...(used.get('heroku') ?? []), { path: own.path, line: 1 }]);
        for (const [tool, places] of used)
          collection.fact(
            'tool-use',
            tool,
            { tool, category: 'orchestrator' },
            places.slice(0, 5).map(({ path, line }) => atLine(path, line)),
          );
      },
    };
  },
});

const HEROKU_BESIDE = /^(\.buildpacks|\.slugignore|Aptfile|runtime\.txt|heroku\.yml)$/;
