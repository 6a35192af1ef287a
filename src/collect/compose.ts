/** Compose files: the services they start and the images these run. */
import { atLine } from '../model/evidence.js';
import { type ComposeService, composeServices } from '../parse/compose.js';
import { parseDotenv } from '../parse/dotenv.js';
import { parseImage } from '../parse/image.js';
import { parseYaml, type YamlDocument } from '../parse/yaml.js';
import { type Collection, defineCollector } from './collector.js';
import { folderOf, joined } from './paths.js';

const COMPOSE = /(^|\/)(docker-|podman-)?compose([._-][^/]*)?\.ya?ml$/i;
const STACK = /(^|\/)docker-stack([._-][^/]*)?\.ya?ml$/i;
/** Compose reads the values of variables from the file `.env` beside it. */
const VALUES = /(^|\/)\.env$/;

export const compose = defineCollector({
  name: 'compose',
  title: 'Compose',
  gives: ['compose-service', 'image-reference', 'tool-use'],
  reads: (path) => COMPOSE.test(path) || STACK.test(path) || VALUES.test(path),
  start(collection) {
    const documents: { path: string; document: YamlDocument }[] = [];
    const values = new Map<string, Map<string, string>>();
    return {
      file(source) {
        const { path } = source;
        if (VALUES.test(path)) {
          values.set(folderOf(path), new Map(source.as(parseDotenv).map((e) => [e.name, e.value])));
          return;
        }
        for (const document of source.as(parseYaml)) {
          if (document.error === '') documents.push({ path, document });
          else
            collection.gap({
              kinds: ['compose-service', 'image-reference'],
              reason: /\{\{|\{%|<%/.test(source.text) ? 'not-rendered' : 'unreadable',
              what: `${path} could not be read as YAML: ${document.error}`,
              path,
            });
        }
      },
      end() {
        const files = new Map<string, ComposeService[]>();
        for (const { path, document } of documents) {
          const services = composeServices(document, values.get(folderOf(path)));
          files.set(path, [...(files.get(path) ?? []), ...services]);
        }
        for (const [path, services] of files) report(collection, path, services, files);
      },
    };
  },
});

function report(
  collection: Collection,
  path: string,
  services: readonly ComposeService[],
  files: ReadonlyMap<string, readonly ComposeService[]>,
): void {
  const whole = services.filter((s) => !s.partial).map((s) => withBase(s, path, files));
  for (const service of whole) {
    const { name, image, builds, healthcheck } = service;
    const evidence = [atLine(path, service.line)];
    if (healthcheck) evidence.push(atLine(service.healthcheckIn, service.healthcheckLine, 'healthcheck'));
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
    if (image === '') continue;
    const parsed = parseImage(image);
    // What is built under a name without a registry is never pulled: the name fixes nothing.
    if (builds && parsed.registry === '') continue;
    collection.fact('image-reference', image, { image, used: 'compose', ...parsed, by: name }, [
      atLine(service.imageIn, service.imageLine),
    ]);
  }
  if (whole[0] && STACK.test(path))
    collection.fact('tool-use', 'swarm', { tool: 'swarm', category: 'orchestrator' }, [
      atLine(path, whole[0].line),
    ]);
}

interface WholeService extends ComposeService {
  imageIn: string;
  healthcheckIn: string;
}

/** The service with what it takes from the one that it extends, where that is in the tree. */
function withBase(
  service: ComposeService,
  path: string,
  files: ReadonlyMap<string, readonly ComposeService[]>,
  depth = 5,
): WholeService {
  const own = { ...service, imageIn: path, healthcheckIn: path };
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
