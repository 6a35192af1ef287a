/** A Compose document -> its services with their lines; variables are put in where a value or a default is known. */
import { list, type Mapping, mapping, text, texts, within } from './shape.js';
import { withVariables } from './variables.js';
import type { YamlDocument } from './yaml.js';

export interface ComposeService {
  name: string;
  line: number;
  image: string;
  imageLine: number;
  builds: boolean;
  healthcheck: boolean;
  /** 0 where it says nothing of one. */
  healthcheckLine: number;
  restart: string;
  replicas: number;
  ports: string[];
  dependsOn: string[];
  profiles: string[];
  loggingDriver: string;
  /** Another service that it starts from; the file is empty for the same one. */
  extends: { file: string; service: string } | undefined;
  /** It says only what differs from a service of the same name in another file. */
  partial: boolean;
}

/** The services of a document; none where it is no Compose file. */
export function composeServices(
  document: YamlDocument,
  values: ReadonlyMap<string, string> = new Map(),
): ComposeService[] {
  const services = mapping(mapping(document.value).services);
  const fill = (value: unknown) => withVariables(text(value), values);
  return Object.entries(services).flatMap(([name, declared]): ComposeService[] => {
    if (typeof declared !== 'object' || declared === null || Array.isArray(declared)) return [];
    const service = mapping(declared);
    const image = fill(service.image);
    const builds = service.build !== undefined && service.build !== null;
    const lineOf = (key: string) => document.lineOf(service, key);
    return [
      {
        name,
        line: document.lineOf(services, name),
        image,
        imageLine: lineOf('image'),
        builds,
        healthcheck: isHealthcheck(service.healthcheck),
        healthcheckLine: service.healthcheck === undefined ? 0 : lineOf('healthcheck'),
        restart: fill(service.restart) || fill(within(service, 'deploy', 'restart_policy', 'condition')),
        replicas: count(fill(within(service, 'deploy', 'replicas')) || fill(service.scale)),
        ports: list(service.ports).map((port) => portOf(port, fill)),
        dependsOn: namesOf(service.depends_on),
        profiles: texts(service.profiles),
        loggingDriver: fill(within(service, 'logging', 'driver')),
        extends: extendsOf(service.extends),
        partial: image === '' && !builds && service.extends === undefined && service.provider === undefined,
      },
    ];
  });
}

/** The files that a document takes in with `include`, as written. */
export function composeIncludes({ value }: YamlDocument): string[] {
  return list(mapping(value).include).flatMap((entry) => {
    if (typeof entry === 'string') return [entry];
    const { path } = mapping(entry);
    return typeof path === 'string' ? [path] : texts(path);
  });
}

function isHealthcheck(value: unknown): boolean {
  const check = mapping(value);
  if (check.disable === true || text(check.disable) === 'true') return false;
  const test = Array.isArray(check.test) ? text(check.test[0]) : text(check.test);
  return Object.keys(check).length > 0 && test !== 'NONE';
}

/** One where nothing else is said, or where a variable decides. */
function count(value: string): number {
  return /^\d+$/.test(value) ? Number(value) : 1;
}

function portOf(port: unknown, fill: (value: unknown) => string): string {
  const { published, target } = mapping(port);
  if (target === undefined) return fill(port);
  return published === undefined ? fill(target) : `${fill(published)}:${fill(target)}`;
}

function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? texts(value) : Object.keys(mapping(value));
}

function extendsOf(value: unknown): ComposeService['extends'] {
  if (typeof value === 'string') return { file: '', service: value };
  const { service, file }: Mapping = mapping(value);
  return text(service) === '' ? undefined : { file: text(file), service: text(service) };
}
