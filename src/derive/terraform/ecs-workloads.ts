/** ECS services that Terraform declares -> workloads: counts, autoscaling targets, health checks and images; what is not written out is a gap. */
import { environmentWithin, knownEnvironment } from '../../model/environment-name.js';
import type { Evidence } from '../../model/evidence.js';
import { type Fact, type FactData, factsOf } from '../../model/facts.js';
import type { Gap } from '../../model/gap.js';
import { parseImage } from '../../parse/image.js';
import type { Derivation } from '../derivation.js';
import { factList } from '../fact-list.js';
import { isSidecar } from '../workloads.js';
import { folderOfModule } from './stacks.js';
import { existingResources, type TerraformValues, terraformValues } from './values.js';

type Resource = Fact<'terraform-resource'>;
type Attribute = FactData<'terraform-resource'>['attributes'][number];

interface Container {
  name: string;
  image: string;
  /** The expression that gives the image, where it is no literal. */
  computed: string;
  checked: boolean;
}

/** What cannot be told of a service, in words that follow its name. */
class Untold {
  constructor(readonly what: string) {}
}

export const ecsWorkloads: Derivation = {
  name: 'ecs-workloads',
  gives: ['image-reference', 'workload'],
  derive(facts, _gaps, repository) {
    const own = factList(repository);
    const gaps: Gap[] = [];
    const resolve = terraformValues(facts);
    const resources = existingResources(facts, resolve).filter((r) => r.kind === 'terraform-resource');
    const locals = new Map(
      factsOf(facts, 'terraform-value')
        .filter((v) => v.data.of === 'local')
        .map((v) => [`${v.data.directory} ${v.name}`, v.data.value]),
    );
    const reader = new ServiceReader(resources, factsOf(facts, 'terraform-module'), resolve, locals);
    for (const task of resources.filter((r) => r.data.type === 'aws_ecs_task_definition'))
      for (const { image, pin, by, evidence } of reader.images(task))
        own.add(
          'image-reference',
          image,
          { image, used: 'terraform', ...parseImage(image), pin, by },
          evidence,
        );
    for (const service of resources.filter((r) => r.data.type === 'aws_ecs_service')) {
      // One task on each machine, as a DaemonSet: nobody decides on its count.
      if (attribute(service, 'scheduling_strategy')?.value === 'DAEMON') continue;
      for (const read of reader.read(service)) {
        if (read instanceof Untold) gaps.push(gapOf(service, read, repository));
        // Declared with no task and nothing to start one: it is switched off.
        else if (read.data.replicas > 0 || read.data.autoscaled)
          own.add('workload', read.name, read.data, read.evidence);
      }
    }
    return { facts: own.facts, gaps };
  },
};

interface ReadService {
  name: string;
  data: FactData<'workload'>;
  evidence: Evidence[];
}

class ServiceReader {
  constructor(
    readonly resources: readonly Resource[],
    readonly modules: readonly Fact<'terraform-module'>[],
    readonly resolve: TerraformValues,
    /** As they are written, by folder and name. */
    readonly locals: ReadonlyMap<string, string>,
  ) {}

  #callsOf(directory: string): Fact<'terraform-module'>[] {
    return this.modules.filter(
      ({ data }) => data.local && folderOfModule(data.directory, data.source) === directory,
    );
  }

  /** The computed images of a task: those of each call, where its module is called several times. */
  images(task: Resource): ComputedImage[] {
    const calls = this.#callsOf(task.data.directory);
    if (calls.length < 2) return computedImages(task, this.resolve);
    const each = calls.flatMap((call) => computedImages(task, this.resolve.through(call)));
    return [...new Map(each.map((i) => [i.image, i])).values()];
  }

  /** A service of a module that is called several times is one for each call. */
  read(service: Resource): (ReadService | Untold)[] {
    const calls = this.#callsOf(service.data.directory);
    if (calls.length < 2) return [this.#read(service)];
    return calls.map((call) => {
      const through = new ServiceReader(
        this.resources,
        this.modules,
        this.resolve.through(call),
        this.locals,
      );
      const read = through.#read(service);
      if (read instanceof Untold) return read;
      const name = through.#name(service) ?? call.name.replace(/^module\./, '');
      const environment = environmentOf(call.data.directory) || read.data.environment;
      return {
        name,
        data: { ...read.data, environment },
        evidence: [...read.evidence, ...call.evidence.slice(0, 1)],
      };
    });
  }

  #name(service: Resource): string | undefined {
    const name = attribute(service, 'name');
    const found = name && this.resolve(service.data.directory, name);
    return found?.literal ? found.value : undefined;
  }

  #read(service: Resource): ReadService | Untold {
    const { directory } = service.data;
    const copies = attribute(service, 'for_each') ?? attribute(service, 'count');
    if (copies && this.#number(directory, copies) !== 1)
      return new Untold('is declared several times or by a condition');

    const target = this.#target(service);
    const declared = attribute(service, 'desired_count');
    const counted = target ? attribute(target, 'min_capacity') : declared;
    const replicas = counted ? this.#number(directory, counted) : target ? undefined : 0;
    if (replicas === undefined || Number.isNaN(replicas))
      return new Untold('leaves its count to a value that is set elsewhere');

    const task = this.#named(directory, 'aws_ecs_task_definition', attribute(service, 'task_definition'));
    const definitions = task && attribute(task, 'container_definitions');
    const containers = definitions ? containersOf(this.#written(directory, definitions.value)) : [];
    if (!task || !definitions || containers.length === 0)
      return new Untold('runs containers whose definitions are not written out');
    const own = containers.filter((c) => !isSidecar(c));
    const application = own.length > 0 ? own : containers;
    const checked = this.#checkedByBalancer(service, application);
    const ready = application.filter((c) => c.checked || checked.has(c));
    const balanced = attribute(service, 'load_balancer.target_group_arn') !== undefined;
    if (ready.length < application.length && balanced && checked.size === 0 && !this.#group(service))
      return new Untold('is checked by a target group that is not declared here');

    const share = ready.length === 0 ? 'none' : ready.length === application.length ? 'all' : 'some';
    const placement = service.data.attributes.filter((a) => a.name === 'ordered_placement_strategy.type');
    const healthy = attribute(service, 'deployment_minimum_healthy_percent');
    const sized = attribute(task, 'memory') !== undefined;
    return {
      name: this.#name(service) ?? service.name.slice(service.data.type.length + 1),
      data: {
        system: 'ecs',
        kind: 'Service',
        namespace: '',
        environment: environmentOf(directory),
        replicas,
        replicasFrom: target ? 'autoscaler' : declared ? 'declared' : 'default',
        autoscaled: target !== undefined,
        budget: healthy?.literal && Number(healthy.value) > 0 ? 'selects' : 'none',
        readiness: share,
        // A task that fails its check is replaced: the same check serves for both.
        liveness: share,
        // Without a strategy of its own, a service spreads its tasks over the zones.
        spread: placement.length === 0 || placement.some((p) => p.value === 'spread'),
        requests: sized ? 'all' : 'none',
        singleton: false,
        images: [...new Set(containers.map((c) => c.image).filter((i) => i !== ''))],
      },
      evidence: [
        ...service.evidence.slice(0, 1),
        ...at(counted ? (target ?? service) : service, counted, 'replicas'),
        ...at(task, definitions, 'readiness'),
        ...(healthy ? at(service, healthy, 'budget') : []),
      ],
    };
  }

  /** An expression with the locals that it names put in, as they are written. */
  #written(directory: string, expression: string, depth = 0): string {
    if (depth > 4) return expression;
    return expression.replace(/\blocal\.([\w-]+)(?![\w.[-])/g, (whole, name: string) => {
      const found = this.locals.get(`${directory} ${name}`);
      return found === undefined ? whole : this.#written(directory, found, depth + 1);
    });
  }

  #number(directory: string, given: Attribute): number | undefined {
    const { value, literal } = this.resolve(directory, given);
    return literal && /^\d+$/.test(value) ? Number(value) : undefined;
  }

  /** The autoscaling target that owns the count: it names the service by reference, or by its own name. */
  #target(service: Resource): Resource | undefined {
    const name = attribute(service, 'name');
    const reference = new RegExp(`\\b${service.name.replaceAll('.', '\\.')}\\.`);
    return this.resources.find((r) => {
      if (r.data.type !== 'aws_appautoscaling_target' || r.data.directory !== service.data.directory)
        return false;
      const id = attribute(r, 'resource_id');
      if (!id) return false;
      if (reference.test(id.value)) return true;
      return (
        name?.literal === true &&
        /^"?service\//.test(id.value) &&
        id.value.replace(/"$/, '').endsWith(`/${name.value}`)
      );
    });
  }

  #named(directory: string, type: string, reference: Attribute | undefined): Resource | undefined {
    const [, name] = new RegExp(`\\b${type}\\.([\\w-]+)`).exec(reference?.value ?? '') ?? [];
    return this.resources.find((r) => r.data.directory === directory && r.name === `${type}.${name}`);
  }

  #group(service: Resource): Resource | undefined {
    const arn = attribute(service, 'load_balancer.target_group_arn');
    const types = ['aws_lb_target_group', 'aws_alb_target_group'];
    return types.map((type) => this.#named(service.data.directory, type, arn)).find((g) => g !== undefined);
  }

  /** The container that the load balancer sends requests to, where its target group declares a check. */
  #checkedByBalancer(service: Resource, containers: readonly Container[]): ReadonlySet<Container> {
    if (!this.#group(service)?.data.attributes.some((a) => /^health_check(\.|$)/.test(a.name)))
      return new Set();
    const named = attribute(service, 'load_balancer.container_name');
    return new Set(
      containers.filter((c) => containers.length === 1 || (named?.literal && c.name === named.value)),
    );
  }
}

/** The containers of a list in HCL or JSON; none where it is not written out as a list of objects. */
function containersOf(definitions: string): Container[] {
  const list = unconditional(
    definitions
      .trim()
      .replace(/^jsonencode\s*\(/, '')
      .replace(/^<<[-~]?\w+\s*\n/, '')
      .trimStart(),
  );
  if (!list.startsWith('[')) return [];
  return objectsOf(list).map((object) => ({
    name: /"?\bname"?\s*[=:]\s*"([^"$]*)"/.exec(object)?.[1] ?? '',
    image: /"?\bimage"?\s*[=:]\s*"([^"$]*)"/.exec(object)?.[1] ?? '',
    computed: /"?\bimage"?\s*[=:]\s*("[^"\n]*\$\{[^"\n]*"|(?:var|local)\.[\w-]+)/.exec(object)?.[1] ?? '',
    checked: /"?\bhealthCheck"?\s*[=:]\s*\{/.test(object),
  }));
}

/** Of a `concat`, the list that stands there in any case; what a condition adds is not counted. */
function unconditional(list: string): string {
  return list.replace(/^concat\s*\(\s*/, '');
}

interface ComputedImage {
  image: string;
  pin: FactData<'image-reference'>['pin'];
  by: string;
  evidence: Evidence[];
}

/**
 * Images whose tag is a value that stands elsewhere: `"${aws_ecr_repository.web.repository_url}:${var.tag}"`. The name
 * of a registry that Terraform itself makes is left as it is written, for it decides on nothing.
 */
function computedImages(task: Resource, resolve: TerraformValues): ComputedImage[] {
  const definitions = attribute(task, 'container_definitions');
  if (!definitions) return [];
  return containersOf(definitions.value).flatMap(({ name, computed }) => {
    const [, repository = '', tag = computed] = /^"([^"]*):([^":/]+\}?)"$/.exec(computed) ?? [];
    if (computed === '') return [];
    const { directory } = task.data;
    const found = resolve(directory, {
      value: repository === '' ? tag : `"${tag}"`,
      literal: repository !== '' && !tag.includes('${'),
    });
    if (!found.literal) return [];
    const value = found.value.replace(/^"|"$/g, '');
    const line = definitions.line + breaksBefore(definitions.value, definitions.value.indexOf(computed));
    return [
      {
        image: repository === '' ? value : `${repository}:${value}`,
        pin: parseImage(repository === '' ? value : `repository:${value}`).pin,
        by: name,
        evidence: [...at(task, { ...definitions, line }, 'image'), ...found.at],
      },
    ];
  });
}

function breaksBefore(text: string, index: number): number {
  return text.slice(0, Math.max(0, index)).split('\n').length - 1;
}

/** The texts of the objects of a list, without those that lie within them but for their braces. */
function objectsOf(list: string): string[] {
  const objects: string[] = [];
  let depth = 0;
  let own = '';
  for (const [token] of list.matchAll(/"(?:\\.|[^"\\])*"|[{}[\]]|[^"{}[\]]+|"/g)) {
    if (token === '}' || token === ']') depth -= 1;
    // At depth 2 stand the keys of an object of the list; what lies deeper belongs to their values.
    if (depth === 2) own += token;
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' && depth === 1) {
      objects.push(own);
      own = '';
    }
    if (depth <= 0) break;
  }
  return objects;
}

function attribute(resource: Resource, name: string): Attribute | undefined {
  return resource.data.attributes.find((a) => a.name === name);
}

function at(resource: Resource, of: Attribute | undefined, field: string): Evidence[] {
  const [first] = resource.evidence;
  return first?.type === 'file'
    ? [{ type: 'file', path: first.path, line: of?.line ?? first.line, field }]
    : [];
}

/** Of the folders from the root down, the first that names an environment. */
function environmentOf(directory: string): string {
  const folders = directory.split('/');
  const named = folders.map((f, i) =>
    /^(env|envs|environments?|stages?|live)$/.test(folders[i - 1] ?? '')
      ? environmentWithin(f) || knownEnvironment(f)
      : knownEnvironment(f),
  );
  return named.find((n) => n !== '') ?? '';
}

function gapOf(service: Resource, untold: Untold, repository: string): Gap {
  const [first] = service.evidence;
  return {
    repository,
    kinds: ['workload'],
    reason: 'not-rendered',
    what: `${service.name} ${untold.what}`,
    remedy: '',
    path: first?.type === 'file' ? first.path : '',
  };
}
