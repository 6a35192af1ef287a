/** Jsonnet and CUE (Timoni): programs that write Kubernetes objects. They are not run; what they name is in doubt, unless their output is kept. */
import { atLine } from '../../model/evidence.js';
import { folderOf, joined } from '../../parse/paths.js';
import { type Collection, defineCollector } from '../collector.js';
import { isNotRun } from '../not-run.js';
import type { SourceText } from '../source-text.js';
import { COUNTED, factsLostWith } from './kinds.js';

interface Language {
  tool: 'jsonnet' | 'timoni';
  title: string;
  file: RegExp;
  /** The file that makes a folder a project of this language. */
  project: RegExp;
}
const LANGUAGES: readonly Language[] = [
  {
    tool: 'jsonnet',
    title: 'Jsonnet',
    file: /\.(jsonnet|libsonnet)$/,
    project: /(^|\/)jsonnetfile\.json$/,
  },
  { tool: 'timoni', title: 'Timoni', file: /\.cue$/, project: /(^|\/)timoni\.cue$/ },
];
const SCRIPT = /\.(sh|bash|mk)$|(^|\/)((GNU)?[Mm]akefile|\.?[Jj]ustfile|[Tt]askfile\.ya?ml)$/;
/** `jsonnet -J vendor -m manifests main.jsonnet`: where the objects are written to. */
const WRITES = /\bjsonnet\b[^\n|;]*?\s(?:-c?m|--multi|-o|--output-file)[ \t]+["']?([\w./-]+)/g;
const OBJECT = /(?:^|[\s{,'"])kind['"]?\s*:+\s*['"](\w+)['"]/g;
/** Libraries that make objects by calls, so that no kind is written out. */
const BUILDERS =
  /import\s+['"][^'"]*(k\.libsonnet|ksonnet|kausal|tanka|grafonnet-k8s|k8s-libsonnet|main\.libsonnet)['"]/;
const DECLARES = /apiVersion['"]?\s*:/;
/** Schemas that Timoni brings along. */
const SCHEMAS = /(^|\/)cue\.mod\//;

export const kubernetesPrograms = defineCollector({
  name: 'kubernetes-programs',
  title: 'Jsonnet and CUE',
  gives: ['tool-use'],
  reads: (path) =>
    !isNotRun(path) && !SCHEMAS.test(path) && (LANGUAGES.some((l) => l.file.test(path)) || SCRIPT.test(path)),
  start(collection) {
    const programs = LANGUAGES.map((language) => new Programs(language, collection));
    const written: string[] = [];
    return {
      file(source) {
        if (SCRIPT.test(source.path)) written.push(...foldersWritten(source));
        else for (const p of programs) p.read(source);
      },
      end() {
        for (const p of programs) p.tell(written);
      },
    };
  },
});

function foldersWritten({ path, text }: SourceText): string[] {
  return [...text.matchAll(WRITES)].flatMap(([, to = '']) => [joined('', to), joined(folderOf(path), to)]);
}

class Programs {
  /** The kinds that a file writes out, by its path. */
  readonly #kinds = new Map<string, Set<string>>();

  constructor(
    readonly language: Language,
    readonly collection: Collection,
  ) {}

  read({ path, text }: SourceText): void {
    if (!this.language.file.test(path)) return;
    const kinds = new Set([...text.matchAll(OBJECT)].map((m) => m[1] ?? ''));
    if (BUILDERS.test(text)) this.#kinds.set(path, new Set(['']));
    else if (kinds.size > 0 && DECLARES.test(text)) this.#kinds.set(path, kinds);
  }

  tell(written: readonly string[]): void {
    const { tool, title, project } = this.language;
    const projects = this.collection.files.filter((f) => project.test(f.path) && !isNotRun(f.path));
    const shown = projects.length > 0 ? projects.map((f) => f.path) : [...this.#kinds.keys()];
    const [first] = shown;
    if (first === undefined) return;
    this.collection.fact(
      'tool-use',
      tool,
      { tool, category: 'k8s-packaging' },
      shown.slice(0, 5).map((path) => atLine(path, 1)),
    );
    const kept = written.some((to) =>
      this.collection.files.some((f) => f.path.startsWith(`${to}/`) || f.path === to),
    );
    const all = new Set([...this.#kinds.values()].flatMap((kinds) => [...kinds]));
    const lost = new Set(all.has('') ? COUNTED : [...all].flatMap(factsLostWith));
    if (kept || lost.size === 0) return;
    const [path = first] = this.#kinds.keys();
    this.collection.gap({
      kinds: [...lost],
      reason: 'not-rendered',
      what: `${title} makes Kubernetes objects here (${path}) and was not run`,
      path,
    });
  }
}
