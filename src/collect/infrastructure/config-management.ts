/** Tools that configure machines, by what their files say: plays of Ansible, cookbooks of Chef, manifests of Puppet, states of Salt. */
import { atLine } from '../../model/evidence.js';
import type { FactKind } from '../../model/facts.js';
import { list, mapping } from '../../parse/shape.js';
import { parseYaml } from '../../parse/yaml.js';
import { defineCollector } from '../collector.js';
import { isNotRun } from '../not-run.js';
import type { SourceText } from '../source-text.js';

/** What they set up on machines is not followed. */
const UNSEEN: FactKind[] = ['monitoring-signal', 'routing-receiver', 'workload'];

interface Kept {
  tool: string;
  title: string;
  file: RegExp;
  /** The line that shows it, or 0. */
  shownAt(source: SourceText): number;
}

const KEPT: readonly Kept[] = [
  { tool: 'ansible', title: 'Ansible', file: /\.ya?ml$/, shownAt: playAt },
  {
    tool: 'chef',
    title: 'Chef',
    file: /(^|\/)(metadata\.rb|Berksfile|Policyfile\.rb|recipes\/[^/]+\.rb)$/,
    shownAt: ({ lines }) =>
      lineMatching(
        lines,
        /^\s*(chef_version|cookbook|run_list|default_source)\s+['":]|^\s*(package|service|template|cookbook_file|directory|execute|remote_file|include_recipe)\s+['"][^'"]+['"](\s+do|\s*$)/,
      ),
  },
  {
    tool: 'puppet',
    title: 'Puppet',
    file: /\.pp$|(^|\/)Puppetfile$/,
    shownAt: ({ lines }) =>
      lineMatching(
        lines,
        /^\s*(class|define|node)\s+['"\w:/-][^{]*[{(]|^\s*mod\s+['"][\w-]+[/-]\w+['"]|^\s*include\s+(::)?\w+(::\w+)*\s*$/,
      ),
  },
  {
    tool: 'salt',
    title: 'Salt',
    file: /\.sls$/,
    shownAt: ({ lines }) =>
      lineMatching(
        lines,
        /^\s+-?\s*(pkg|file|service|cmd|user|git|docker_container|archive|cron|group|pkgrepo|module)\.\w+\s*:?(\s*\[\])?\s*$|^base:\s*$/,
      ),
  },
];

export const configManagement = defineCollector({
  name: 'config-management',
  title: 'Configuration management',
  gives: ['tool-use'],
  likely: (path) => !/\.ya?ml$/.test(path) || /(^|\/)(playbooks?|site|ansible)[^/]*(\/|\.ya?ml$)/.test(path),
  reads: (path) => KEPT.some((k) => k.file.test(path)) && !isNotRun(path),
  start(collection) {
    const found = new Map<Kept, { path: string; line: number }[]>();
    return {
      file(source) {
        for (const kept of KEPT) {
          if (!kept.file.test(source.path)) continue;
          const line = kept.shownAt(source);
          if (line > 0) found.set(kept, [...(found.get(kept) ?? []), { path: source.path, line }]);
        }
      },
      end() {
        for (const [{ tool, title }, places] of found) {
          const [first] = places;
          if (!first) continue;
          const shown = places.slice(0, 5).map((p) => atLine(p.path, p.line));
          collection.fact('tool-use', tool, { tool, category: 'config-management' }, shown);
          collection.gap({
            kinds: UNSEEN,
            reason: 'not-supported',
            what: `What ${title} sets up on machines (${first.path}) is not followed`,
            path: first.path,
          });
        }
      },
    };
  },
});

function lineMatching(lines: readonly string[], pattern: RegExp): number {
  return lines.findIndex((l) => pattern.test(l)) + 1;
}

const RUNS = ['tasks', 'roles', 'pre_tasks', 'post_tasks', 'handlers'];
const IMPORT = /^(ansible\.builtin\.)?import_playbook$/;

/** The line of the first play: something that says for which hosts it is and what is run there. */
function playAt(source: SourceText): number {
  if (!/^[- \t]+(hosts|(ansible\.builtin\.)?import_playbook)\s*:/m.test(source.text)) return 0;
  for (const document of source.as(parseYaml))
    for (const play of list(document.value)) {
      const keys = Object.keys(mapping(play));
      if ((keys.includes('hosts') && keys.some((k) => RUNS.includes(k))) || keys.some((k) => IMPORT.test(k)))
        return document.lineOf(
          mapping(play),
          keys.find((k) => k === 'hosts' || IMPORT.test(k)),
        );
    }
  return 0;
}
