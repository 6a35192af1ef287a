/** Scripts that pipelines call: targets of Makefiles, justfiles and Taskfiles, and shell scripts. Only what is called by name is kept. */
import { atLine } from '../../model/evidence.js';
import type { FactData } from '../../model/facts.js';
import { parseJustfile, parseMakefile, parseTaskfile, type Target } from '../../parse/makefile.js';
import { folderOf, nameOf } from '../../parse/paths.js';
import { defineCollector } from '../collector.js';
import type { SourceText } from '../source-text.js';

const MAKEFILE = /(^|\/)(GNU)?[Mm]akefile$/;
const TARGETS: readonly {
  file: RegExp;
  tool: FactData<'script'>['tool'];
  parse: (source: string) => Target[];
}[] = [
  { file: MAKEFILE, tool: 'make', parse: parseMakefile },
  { file: /(^|\/)\.?[Jj]ustfile$|\.just$/, tool: 'just', parse: parseJustfile },
  { file: /(^|\/)[Tt]askfile(\.dist)?\.ya?ml$/, tool: 'task', parse: parseTaskfile },
];
/** Files that a Makefile may include. */
const INCLUDED = /\.mk$|(^|\/)[Mm]akefile[.-][^/]+$/;
const MOST_INCLUDED = 100;
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
  reads: (path) =>
    CALLERS.test(path) || SHELL.test(path) || INCLUDED.test(path) || TARGETS.some((t) => t.file.test(path)),
  start(collection) {
    const said = new Set<string>();
    const open: RegExp[] = [];
    const found: Found[] = [];
    const makefiles = new Map<string, string>();
    const included = new Map<string, string>();
    return {
      file(source) {
        if (INCLUDED.test(source.path)) included.set(source.path, source.text);
        else if (MAKEFILE.test(source.path)) makefiles.set(source.path, source.text);
        if (CALLERS.test(source.path)) {
          for (const word of wordsOf(source.text)) said.add(word);
          open.push(...openNames(source.text));
        }
        found.push(...targetsIn(source), ...shellIn(source));
      },
      end() {
        for (const [path, text] of makefiles) found.push(...includedIn(path, text, included));
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

/** The targets of the files that a Makefile includes, and those that these include: they run in the folder of the Makefile. */
function includedIn(path: string, text: string, files: ReadonlyMap<string, string>): Found[] {
  const folder = folderOf(path);
  const inside = new Map<string, string>();
  const open = [text];
  for (let next = open.pop(); next !== undefined && inside.size < MOST_INCLUDED; next = open.pop())
    for (const [, names = ''] of next.matchAll(/^(?:-|s)?include[ \t]+([^#\n]+)/gm))
      for (const name of names.trim().split(/\s+/))
        for (const [file, content] of files)
          if (!inside.has(file) && isMeant(name, folder, file)) {
            inside.set(file, content);
            open.push(content);
          }
  return [...inside].flatMap(([file, content]) =>
    parseMakefile(content).map((target) => ({
      data: {
        tool: 'make' as const,
        path: file,
        directory: folder,
        target: target.name,
        needs: target.needs,
        run: target.run,
      },
      line: target.line,
      called: target.name,
    })),
  );
}

/** `include hack/*.mk`, `include $(ROOT)/common.mk`: paths from the folder of the Makefile; a variable in front stands for it. */
function isMeant(name: string, folder: string, file: string): boolean {
  const path = name.replace(/^(\$[({]\w+[)}]|\.)\//, '');
  if (/[$()]/.test(path) || path.length > 200) return false;
  const from = folder === '' || path.startsWith('../') ? '' : `${folder}/`;
  const written = `${from}${path.replace(/^(\.\.\/)+/, '')}`.replace(/[.+?^{}|[\]\\]/g, '\\$&');
  return new RegExp(`^${written.replaceAll('*', '[^/]*')}$`).test(file);
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
