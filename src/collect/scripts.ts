/** Scripts that pipelines call: targets of Makefiles, justfiles and Taskfiles, and shell scripts. Only what is called by name is kept. */
import { atLine } from '../model/evidence.js';
import type { FactData } from '../model/facts.js';
import { parseJustfile, parseMakefile, parseTaskfile, type Target } from '../parse/makefile.js';
import { defineCollector } from './collector.js';
import { folderOf, nameOf } from '../parse/paths.js';
import type { SourceText } from './source-text.js';

const TARGETS: readonly {
  file: RegExp;
  tool: FactData<'script'>['tool'];
  parse: (source: string) => Target[];
}[] = [
  { file: /(^|\/)(GNU)?[Mm]akefile$/, tool: 'make', parse: parseMakefile },
  { file: /(^|\/)\.?[Jj]ustfile$|\.just$/, tool: 'just', parse: parseJustfile },
  { file: /(^|\/)[Tt]askfile(\.dist)?\.ya?ml$/, tool: 'task', parse: parseTaskfile },
];
const SHELL =
  /\.(sh|bash)$|(^|\/)(bin|scripts?|ci|\.ci|tools?|hack|dev|build|\.buildkite|\.circleci|\.github)(\/[^/]+)*\/[^/.]+$/;
/** Files that call scripts: pipelines of any system, and package manifests with scripts. */
const CALLERS =
  /(^|\/)\.?(gitlab-ci|ci|pipelines?)[^/]*\/.*\.ya?ml$|^\.github\/.*\.ya?ml$|(^|\/)action\.ya?ml$|(^|\/)(package|composer)\.json$|^\.gitlab-ci\.ya?ml$|^\.gitlab\/.*\.ya?ml$|^\.circleci\/.*\.ya?ml$|(^|\/)Jenkinsfile[^/]*$|(^|\/)\.?azure-pipelines[^/]*\.ya?ml$|^\.travis\.ya?ml$|^\.drone\.ya?ml$|^\.buildkite\/|(^|\/)cloudbuild[^/]*\.ya?ml$|^\.?appveyor\.ya?ml$|^bitbucket-pipelines\.ya?ml$|^\.tekton\/|(^|\/)(pyproject\.toml|tox\.ini|noxfile\.py)$/;

interface Found {
  data: FactData<'script'>;
  line: number;
  /** What a caller would say to call it. */
  called: string;
}

/** The words of a text that may name a script or target. */
function wordsOf(text: string): Iterable<string> {
  return new Set(text.match(/[\w][\w.%:-]*/g) ?? []);
}

/** Files whose names a variable completes: `./bin/${NAMESPACE}_deploy.sh` may be any that fits. */
function openNames(text: string): RegExp[] {
  return [...new Set(text.match(/[\w.-]*(?:\$\{\w+\}|\$\w+)[\w.-]*\.(?:sh|bash)\b/g) ?? [])].map((name) => {
    const parts = name.split(/\$\{\w+\}|\$\w+/).map((p) => p.replace(/[.]/g, '\\.'));
    return new RegExp(`^${parts.join('[\\w.-]+')}$`);
  });
}

export const scripts = defineCollector({
  name: 'scripts',
  title: 'Scripts',
  gives: ['script'],
  reads: (path) => CALLERS.test(path) || SHELL.test(path) || TARGETS.some((t) => t.file.test(path)),
  start(collection) {
    const said = new Set<string>();
    const open: RegExp[] = [];
    const found: Found[] = [];
    return {
      file(source) {
        if (CALLERS.test(source.path)) {
          for (const word of wordsOf(source.text)) said.add(word);
          open.push(...openNames(source.text));
        }
        found.push(...targetsIn(source), ...shellIn(source));
      },
      end() {
        for (const { data, line } of calledOnes(found, said, open)) {
          const name = data.target === '' ? data.path : `${data.tool} ${data.target}`;
          collection.fact('script', name, data, [atLine(data.path, line)]);
        }
      },
    };
  },
});

function targetsIn(source: SourceText): Found[] {
  const kind = TARGETS.find((t) => t.file.test(source.path));
  if (!kind) return [];
  const folder = folderOf(source.path);
  return kind.parse(source.text).map((target, i) => ({
    data: {
      tool: kind.tool,
      path: source.path,
      directory: [folder, target.directory].filter((p) => p !== '').join('/'),
      target: target.name,
      needs: target.needs,
      run: target.run,
    },
    line: target.line,
    // The first target is what runs where none is named.
    called: i === 0 ? '' : target.name,
  }));
}

function shellIn(source: SourceText): Found[] {
  if (!SHELL.test(source.path) || TARGETS.some((t) => t.file.test(source.path))) return [];
  const shebang = /^#!.*\b(sh|bash|zsh|dash|ash)\b/.test(source.text);
  if (!shebang && !/\.(sh|bash)$/.test(source.path)) return [];
  const lines = source.lines.filter((l, i) => (i === 0 && l.startsWith('#!')) || !/^\s*(#|$)/.test(l));
  return [
    {
      data: { tool: 'shell', path: source.path, directory: '', target: '', needs: [], run: lines.join('\n') },
      line: 1,
      called: nameOf(source.path),
    },
  ];
}

/** Those that a caller names, and those that these name in turn. */
function calledOnes(found: readonly Found[], said: Set<string>, open: readonly RegExp[]): Found[] {
  const kept = new Set<Found>();
  for (let before = -1; before !== kept.size; ) {
    before = kept.size;
    for (const one of found) {
      const called = one.called === '' || said.has(one.called) || /[%$]/.test(one.called);
      if (kept.has(one) || !(called || open.some((o) => o.test(one.called)))) continue;
      kept.add(one);
      for (const word of wordsOf(one.data.run)) said.add(word);
      for (const need of one.data.needs) said.add(need);
    }
  }
  return found.filter((f) => kept.has(f));
}
