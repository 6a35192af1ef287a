/** Helmfiles: the releases they declare, for which environments, and what the charts of these bring that is known without them. */
import { agentOfChart } from '../../model/agent.js';
import { knownEnvironment } from '../../model/environment-name.js';
import { atLine } from '../../model/evidence.js';
import type { FactKind } from '../../model/facts.js';
import { type Helmfile, type HelmfileRelease, isInstalled, parseHelmfile } from '../../parse/helmfile.js';
import { loosened } from '../../parse/loosened.js';
import { folderOf, joined } from '../../parse/paths.js';
import { isMapping, type Mapping, mapping } from '../../parse/shape.js';
import { parseYaml, type YamlDocument } from '../../parse/yaml.js';
import { type Collection, defineCollector } from '../collector.js';
import { isNotRun } from '../not-run.js';
import { merged } from './releases.js';

const FILE = /\.ya?ml(\.gotmpl)?$|\.gotmpl$|\.env$/;
const NAMED = /(^|\/)helmfile[^/]*\.ya?ml(\.gotmpl)?$|(^|\/)helmfile\.d\//;
/** Any file may be handed to helmfile by name: it bears releases of charts, and mostly where these come from. */
const RELEASES = /^releases:[\s\S]*^\s+(-\s+)?chart:/m;
const BESIDE = /^(repositories|helmDefaults|environments|bases|helmfiles|templates):/m;
const RUNS: FactKind[] = [
  'workload',
  'kubernetes-workload',
  'image-reference',
  'autoscaler',
  'disruption-budget',
];

export const helmfile = defineCollector({
  name: 'helmfile',
  title: 'Helmfile',
  gives: ['helmfile-release', 'kubernetes-object', 'monitoring-signal', 'terraform-condition', 'tool-use'],
  likely: (path) => NAMED.test(path),
  reads: (path) => FILE.test(path) && !isNotRun(path),
  start(collection) {
    const texts = new Map<string, string>();
    return {
      file(source) {
        texts.set(source.path, source.text);
      },
      end() {
        const candidates = [...texts].filter(([path, text]) => NAMED.test(path) || RELEASES.test(text));
        const sure = candidates.some(([path, text]) => NAMED.test(path) || BESIDE.test(text));
        const files = sure ? candidates.map(([path, text]) => ({ path, helmfile: parseHelmfile(text) })) : [];
        const reader = new Reader(collection, texts);
        for (const { path, helmfile } of files)
          reader.read(path, helmfile, environmentsOf(path, helmfile, files));
        const values = files.flatMap(({ path, helmfile: { releases } }) =>
          releases.flatMap((r) => r.values.map((v) => joined(folderOf(path), v))),
        );
        for (const path of new Set([...files.map((f) => f.path), ...values]))
          reportConditions(collection, path, texts.get(path) ?? '');
        const own = files.filter(
          ({ path, helmfile }) => !isEmpty(helmfile) || /^releases:/m.test(texts.get(path) ?? ''),
        );
        if (own.length > 0)
          collection.fact(
            'tool-use',
            'helmfile',
            { tool: 'helmfile', category: 'iac' },
            own.slice(0, 5).map(({ path }) => atLine(path, 1)),
          );
      },
    };
  },
});

/** A tag that compares the environment's name with a text. */
const CONDITION =
  /\{\{-?\s*(?:(?:else\s+)?if\b)?[^{}]*\b(?:eq|ne)\s+\$?\.Environment\.Name\s+"([\w-]+)"[^{}]*\}\}/;

/** Decisions by an environment's name, in a helmfile and in the values that it fills in. */
function reportConditions(collection: Collection, path: string, text: string): void {
  if (!text.includes('.Environment.Name')) return;
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
    const [whole, name = ''] = CONDITION.exec(line) ?? [];
    if (whole === undefined || knownEnvironment(name) === '') continue;
    collection.fact('terraform-condition', path, { directory: folderOf(path), expression: whole }, [
      atLine(path, i + 1),
    ]);
  }
}

interface File {
  path: string;
  helmfile: Helmfile;
}

function isEmpty({ releases, environments, helmfiles, error }: Helmfile): boolean {
  return error === '' && releases.length + environments.length + helmfiles.length === 0;
}

/** Its own environments, else those of a helmfile that takes it in. */
function environmentsOf(path: string, helmfile: Helmfile, files: readonly File[]): Environments {
  if (helmfile.environments.length > 0) return { path, environments: helmfile.environments };
  const above = files.find((f) =>
    f.helmfile.helmfiles.some((nested) => reaches(joined(folderOf(f.path), nested), path)),
  );
  return { path: above?.path ?? path, environments: above?.helmfile.environments ?? [] };
}

/** A nested helmfile may be named by a pattern with stars. */
function reaches(pattern: string, path: string): boolean {
  if (!pattern.includes('*')) return pattern === path || folderOf(path) === pattern;
  const parts = pattern.split('*').map((p) => p.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return parts.length < 8 && new RegExp(`^${parts.join('[^/]*')}$`).test(path);
}

interface Environments {
  path: string;
  environments: Helmfile['environments'];
}

class Reader {
  constructor(
    readonly collection: Collection,
    readonly texts: ReadonlyMap<string, string>,
  ) {}

  read(path: string, helmfile: Helmfile, { path: above, environments }: Environments): void {
    const values = environments.map((e) => ({
      name: e.name,
      values: this.#values(folderOf(above), e.values),
    }));
    const remote: string[] = [];
    for (const release of helmfile.releases) {
      if (release.name === '' || release.chart === '') continue;
      const where = (values.length > 0 ? values : [{ name: 'default', values: {} }]).map((e) => ({
        name: e.name,
        there: release.repeated ? undefined : isInstalled(release, e.name, e.values),
      }));
      const installed = said(where.map((w) => w.there));
      const local = this.#isLocal(path, release, helmfile);
      const files = release.values.map((v) => (v.startsWith('/') ? v : joined(folderOf(path), v)));
      if (!local && installed !== 'no') remote.push(release.chart.split('/').at(-1) ?? release.chart);
      this.collection.fact(
        'helmfile-release',
        release.name,
        {
          namespace: release.namespace,
          chart: local ? joined(folderOf(path), release.chart) : release.chart,
          version: release.version,
          local,
          installed,
          environments: environments.length === 0 ? [] : where.filter((w) => w.there).map((w) => w.name),
          values: files,
          needs: release.needs,
        },
        [atLine(path, release.line)],
      );
      if (installed !== 'no') this.#chart(path, release, files);
    }
    if (remote.length > 0)
      this.collection.gap({
        kinds: RUNS,
        reason: 'elsewhere',
        what: `${path} installs charts that are kept elsewhere: ${[...new Set(remote)].join(', ')}`,
        path,
      });
    if (helmfile.error !== '')
      this.collection.gap({
        kinds: ['helmfile-release', 'monitoring-signal', ...RUNS],
        reason: 'not-rendered',
        what: `${path} is a template that could not be read without filling it in (${helmfile.error})`,
        path,
      });
  }

  #isLocal(path: string, { chart }: HelmfileRelease, { repositories }: Helmfile): boolean {
    if (/^(\.{1,2}\/|\/)/.test(chart)) return true;
    if (/^\w+:\/\//.test(chart) || repositories.includes(chart.split('/')[0] ?? '')) return false;
    const folder = joined(folderOf(path), chart);
    return this.collection.has(`${folder}/Chart.yaml`) || this.collection.has(`${folder}/Chart.yml`);
  }

  /** The values of an environment, the later files on top. */
  #values(folder: string, files: readonly string[]): Mapping {
    return files.reduce<Mapping>((all, file) => {
      const [document] = this.#parsed(joined(folder, file));
      return isMapping(document?.value) ? merged(all, document.value) : all;
    }, {});
  }

  #parsed(file: string): YamlDocument[] {
    return parseYaml(loosened(this.texts.get(file) ?? ''));
  }

  /** What is known of a chart from its name and the values that are written here. */
  #chart(path: string, release: HelmfileRelease, files: readonly string[]): void {
    const name = release.chart.split('/').at(-1) ?? release.chart;
    const agent = agentOfChart(name);
    for (const signal of agent?.signals ?? [])
      this.collection.fact(
        'monitoring-signal',
        release.name,
        { signal, tool: agent?.tool ?? '', by: 'agent', notifies: false },
        [atLine(path, release.line)],
      );
    if (name === 'velero') this.#schedules(release, files);
  }

  /** The chart of Velero makes a Schedule of each entry under `schedules`. */
  #schedules({ namespace }: HelmfileRelease, files: readonly string[]): void {
    for (const file of files) {
      const [document] = this.#parsed(file);
      const schedules = mapping(mapping(document?.value).schedules);
      for (const [name, schedule] of Object.entries(schedules))
        if (document && mapping(schedule).disabled !== true)
          this.collection.fact(
            'kubernetes-object',
            name,
            { apiVersion: 'velero.io/v1', kind: 'Schedule', namespace },
            [atLine(file, document.lineOf(schedules, name))],
          );
    }
  }
}

function said(there: readonly (boolean | undefined)[]): 'yes' | 'no' | 'some' | 'unknown' {
  if (there.every((t) => t === false)) return 'no';
  if (there.every((t) => t === true)) return 'yes';
  return there.includes(true) ? 'some' : 'unknown';
}
