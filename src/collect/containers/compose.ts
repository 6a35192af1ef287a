/** Compose files: the services they start and the images these run. */
import { atLine } from '../../model/evidence.js';
import { type ComposeService, composeIncludes, composeServices } from '../../parse/compose.js';
import { parseDotenv } from '../../parse/dotenv.js';
import { parseImage } from '../../parse/image.js';
import { folderOf, joined } from '../../parse/paths.js';
import { parseYaml, type YamlDocument } from '../../parse/yaml.js';
import { type Collection, defineCollector } from '../collector.js';
import type { SourceText } from '../source-text.js';

const COMPOSE = /(^|\/)(docker-|podman-)?compose([._-][^/]*)?\.ya?ml$/i;
const STACK = /(^|\/)docker-stack([._-][^/]*)?\.ya?ml$/i;
/** Compose reads the values of variables from the file `.env` beside it. */
const VALUES = /(^|\/)\.env$/;
const YAML = /\.ya?ml$/;
/** Where people write down which files they start. */
const CALLERS =
  /(^|\/)(Makefile|GNUmakefile|[Jj]ustfile|Taskfile\.ya?ml|package\.json|Jenkinsfile[^/]*)$|\.(mk|sh|bash)$|^\.(github|circleci)\/.*\.ya?ml$|^\.gitlab-ci\.ya?ml$/;
/** Written for others to read: nobody starts the system of this repository from there. */
const FOR_READERS = /(^|\/)(examples?|samples?)\/|^(docs?|documentation|website)\//i;
/** `docker compose -f a.yml -f b.yml up`, `docker stack deploy -c a.yml shop`, `COMPOSE_FILE=a.yml:b.yml`. */
const CHAIN =
  /(?:docker|podman)[- ]compose\b((?:\s+-{1,2}[\w-]+(?:[= ]\S+)?)+)|docker stack deploy\b((?:\s+-{1,2}[\w-]+(?:[= ]\S+)?)+)/g;
const CHAINED = /(?:^|\s)(?:-f|--file|-c|--compose-file)[= ]?["']?([\w./-]+\.ya?ml)/g;
const COMPOSE_FILE = /\bCOMPOSE_FILE\s*[:?]?=\s*["']?([\w./:-]+)/g;

export const compose = defineCollector({
  name: 'compose',
  title: 'Compose',
  gives: ['compose-service', 'image-reference', 'tool-use'],
  likely: (path) => isNamed(path) || VALUES.test(path),
  reads: (path) => !FOR_READERS.test(path) && (VALUES.test(path) || YAML.test(path) || CALLERS.test(path)),
  start(collection) {
    const texts = new Map<string, SourceText>();
    const values = new Map<string, Map<string, string>>();
    const called: string[][] = [];
    return {
      file(source) {
        const { path } = source;
        if (VALUES.test(path))
          values.set(folderOf(path), new Map(source.as(parseDotenv).map((e) => [e.name, e.value])));
        if (VALUES.test(path) || CALLERS.test(path)) called.push(...filesCalled(source));
        else if (isNamed(path) || DECLARES.test(source.text)) texts.set(path, source);
      },
      end() {
        const files = new Map<string, ComposeService[]>();
        const named = new Set(called.flat());
        const open = [...texts.keys()].filter((path) => isNamed(path) || named.has(path));
        for (let path = open.shift(); path !== undefined; path = open.shift()) {
          const source = texts.get(path);
          if (!source || files.has(path)) continue;
          files.set(path, []);
          for (const document of source.as(parseYaml)) {
            if (document.error !== '') tellUnread(collection, source, document);
            const services = composeServices(document, values.get(folderOf(path)));
            files.set(path, [...(files.get(path) ?? []), ...services]);
            open.push(...composeIncludes(document).map((file) => joined(folderOf(source.path), file)));
            for (const { extends: base } of services)
              if (base && base.file !== '') open.push(joined(folderOf(path), base.file));
          }
        }
        const over = (path: string, base: string) => isLaidOver(path, base, called);
        for (const [path, services] of files) report(collection, path, services, { files, over });
      },
    };
  },
});

const DECLARES = /^services:/m;

function isNamed(path: string): boolean {
  return COMPOSE.test(path) || STACK.test(path);
}

const BASE = /(^|\/)(docker-|podman-)?compose\.ya?ml$/i;
const OVERRIDE = /(^|\/)(docker-|podman-)?compose[.-]override\.ya?ml$/i;

/** Does the first file say what differs from the second? By its name, or because something starts them in that order. */
function isLaidOver(path: string, base: string, called: readonly (readonly string[])[]): boolean {
  if (OVERRIDE.test(path) && BASE.test(base) && folderOf(path) === folderOf(base)) return true;
  return called.some((chain) => chain.includes(base) && chain.indexOf(path) > chain.indexOf(base));
}

/** The chains of compose files that a script or pipeline names, from its own folder and from the root, whichever it runs in. */
function filesCalled({ path, text }: SourceText): string[][] {
  if (!/compose|docker stack/i.test(text)) return [];
  const chains = [...text.matchAll(CHAIN)].map((m) => m[1] ?? m[2] ?? '');
  const named = chains.map((chain) => [...chain.matchAll(CHAINED)].map((m) => m[1] ?? ''));
  const listed = [...text.matchAll(COMPOSE_FILE)].map((m) => (m[1] ?? '').split(':'));
  return [...named, ...listed].flatMap((files) =>
    [folderOf(path), ''].map((folder) => files.map((file) => joined(folder, file))),
  );
}

function tellUnread(collection: Collection, { path, text }: SourceText, { error }: YamlDocument): void {
  collection.gap({
    kinds: ['compose-service', 'image-reference'],
    reason: /\{\{|\{%|<%/.test(text) ? 'not-rendered' : 'unreadable',
    what: `${path} could not be read as YAML: ${error}`,
    path,
  });
}

interface Files {
  files: ReadonlyMap<string, readonly ComposeService[]>;
  over(path: string, base: string): boolean;
}

function report(
  collection: Collection,
  path: string,
  services: readonly ComposeService[],
  { files, over }: Files,
): void {
  const isWhole = (service: ComposeService) =>
    !service.partial &&
    ![...files].some(
      ([base, others]) =>
        base !== path && over(path, base) && others.some((o) => o.name === service.name && !o.partial),
    );
  for (const service of services.filter((s) => !s.partial && !isWhole(s)))
    reportImage(collection, withBase(service, path, files));
  const whole = services
    .filter(isWhole)
    .map((s) => withOverrides(withBase(s, path, files), path, { files, over }));
  for (const service of whole) {
    const { name, image, builds, healthcheck } = service;
    const evidence = [atLine(path, service.line)];
    if (healthcheck) evidence.push(atLine(service.healthcheckIn, service.healthcheckLine, 'healthcheck'));
    if (service.loggingIn !== path)
      evidence.push(atLine(service.loggingIn, service.loggingLine, 'loggingDriver'));
    collection.fact(
      'compose-service',
      name,
      {
        file: path,
        service: name,
        image,
        builds,
        healthcheck,
        restart: service.restart,
        replicas: service.replicas,
        ports: service.ports,
        dependsOn: service.dependsOn,
        profiles: service.profiles,
        loggingDriver: service.loggingDriver,
      },
      evidence,
    );
    reportImage(collection, service);
  }
  if (whole[0] && STACK.test(path))
    collection.fact('tool-use', 'swarm', { tool: 'swarm', category: 'orchestrator' }, [
      atLine(path, whole[0].line),
    ]);
}

function reportImage(
  collection: Collection,
  { name, image, builds, imageIn, imageLine }: WholeService,
): void {
  if (image === '') return;
  const parsed = parseImage(image);
  // What is built under a name without a registry is never pulled: the name fixes nothing.
  if (builds && parsed.registry === '') return;
  collection.fact('image-reference', image, { image, used: 'compose', ...parsed, by: name }, [
    atLine(imageIn, imageLine),
  ]);
}

/** What files beside it say of a service of the same name, where these say only what differs. */
function withOverrides(service: WholeService, path: string, { files, over: laidOver }: Files): WholeService {
  let all = service;
  for (const [file, others] of files) {
    if (file === path) continue;
    const beside = folderOf(file) === folderOf(path);
    const over = others.find(
      (o) => o.name === service.name && (laidOver(file, path) || (beside && o.partial)),
    );
    if (!over) continue;
    all = {
      ...all,
      ...(over.healthcheck &&
        !all.healthcheck && {
          healthcheck: true,
          healthcheckIn: file,
          healthcheckLine: over.healthcheckLine,
        }),
      ...(all.loggingDriver === '' &&
        over.loggingDriver !== '' && {
          loggingDriver: over.loggingDriver,
          loggingIn: file,
          loggingLine: over.line,
        }),
      restart: all.restart || over.restart,
      replicas: Math.max(all.replicas, over.replicas),
    };
  }
  return all;
}

interface WholeService extends ComposeService {
  imageIn: string;
  healthcheckIn: string;
  loggingIn: string;
  loggingLine: number;
}

/** The service with what it takes from the one that it extends, where that is in the tree. */
function withBase(
  service: ComposeService,
  path: string,
  files: ReadonlyMap<string, readonly ComposeService[]>,
  depth = 5,
): WholeService {
  const own = {
    ...service,
    imageIn: path,
    healthcheckIn: path,
    loggingIn: path,
    loggingLine: service.line,
  };
  if (!service.extends || depth === 0) return own;
  const { file, service: wanted } = service.extends;
  const baseFile = file === '' ? path : joined(folderOf(path), file);
  const found = files.get(baseFile)?.find((s) => s.name === wanted);
  if (!found || found === service) return own;
  const base = withBase(found, baseFile, files, depth - 1);
  return {
    ...own,
    ...(service.image === '' && { image: base.image, imageIn: base.imageIn, imageLine: base.imageLine }),
    ...(service.healthcheckLine === 0 && {
      healthcheck: base.healthcheck,
      healthcheckIn: base.healthcheckIn,
      healthcheckLine: base.healthcheckLine,
    }),
    builds: service.builds || base.builds,
    restart: service.restart || base.restart,
    ports: [...base.ports, ...service.ports],
    loggingDriver: service.loggingDriver || base.loggingDriver,
  };
}
