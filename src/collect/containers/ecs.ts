/** ECS task definitions and services in JSON, as the AWS CLI, ecspresso and deploy actions take them: images, checks, logs, secrets, counts. */
import { environmentOfPath } from '../../model/environment-name.js';
import { atLine } from '../../model/evidence.js';
import { parseImage } from '../../parse/image.js';
import { folderOf, joined } from '../../parse/paths.js';
import { isMapping, type Mapping, mapping, mappings, text, texts, within } from '../../parse/shape.js';
import { parseYaml, type YamlDocument } from '../../parse/yaml.js';
import { type Collection, defineCollector } from '../collector.js';
import { isNotRun } from '../not-run.js';
import type { SourceText } from '../source-text.js';

const WORKFLOW = /^\.github\/.*\.ya?ml$/;
const TELLING = /"(containerDefinitions|desiredCount)"/;
/** The action that puts an image into a task definition before it is deployed. */
const RENDERED = /^\s*task-definition:\s*["']?([\w./-]+\.json)/gm;

interface Task {
  path: string;
  document: YamlDocument;
  root: Mapping;
  containers: readonly Mapping[];
}
interface Service {
  path: string;
  document: YamlDocument;
  root: Mapping;
}

export const ecs = defineCollector({
  name: 'ecs',
  title: 'Amazon ECS',
  gives: ['image-reference', 'monitoring-signal', 'tool-use', 'workload'],
  likely: (path) => /(task|service)[-_.]?def[^/]*\.json$|(^|\/)ecs[^/]*\//i.test(path),
  reads: (path) => WORKFLOW.test(path) || (path.endsWith('.json') && !isNotRun(path)),
  start(collection) {
    const tasks: Task[] = [];
    const services: Service[] = [];
    const filledIn = new Set<string>();
    return {
      file(source) {
        if (WORKFLOW.test(source.path)) {
          if (source.text.includes('ecs-render-task-definition'))
            for (const match of source.text.matchAll(RENDERED)) filledIn.add(joined('', match[1] ?? ''));
          return;
        }
        if (TELLING.test(source.text)) read(source, tasks, services);
      },
      end() {
        for (const task of tasks) reportTask(collection, task, filledIn.has(task.path));
        const counted = new Set<Task>();
        for (const service of services) {
          const task = taskOf(service, tasks);
          if (task) counted.add(task);
          reportService(collection, service, task);
        }
        const [open] = tasks.filter((t) => !counted.has(t));
        if (open)
          collection.gap({
            kinds: ['workload'],
            reason: 'elsewhere',
            what: `How many tasks of ${open.path} run is set in ECS, not here`,
            path: open.path,
          });
        reportTools(collection, tasks, services);
      },
    };
  },
});

/** JSON is YAML, which knows its lines. */
function read(source: SourceText, tasks: Task[], services: Service[]): void {
  const [document] = source.as(parseYaml);
  if (!document || !isMapping(document.value)) return;
  const { path } = source;
  const root = isMapping(document.value.taskDefinition) ? document.value.taskDefinition : document.value;
  const containers = mappings(root.containerDefinitions).filter((c) => text(c.name) !== '' && 'image' in c);
  if (containers.length > 0) tasks.push({ path, document, root, containers });
  else if (
    typeof root.desiredCount === 'number' &&
    ['deploymentConfiguration', 'launchType', 'loadBalancers', 'networkConfiguration', 'serviceName'].some(
      (k) => k in root,
    )
  )
    services.push({ path, document, root });
}

function reportTask(collection: Collection, { path, document, containers }: Task, filledIn: boolean): void {
  for (const container of containers) {
    const image = text(container.image);
    if (image === '') continue;
    const parsed = parseImage(image);
    collection.fact(
      'image-reference',
      image,
      {
        image,
        used: 'ecs',
        ...parsed,
        pin: filledIn ? 'placeholder' : parsed.pin,
        by: text(container.name),
      },
      [atLine(path, document.lineOf(container, 'image'))],
    );
    const logging = mapping(container.logConfiguration);
    const driver = text(logging.logDriver);
    const tool = LOG_DRIVERS[driver] ?? '';
    if (tool !== '')
      collection.fact(
        'monitoring-signal',
        text(container.name),
        { signal: 'logs', tool, by: 'setting', notifies: false },
        [atLine(path, document.lineOf(logging, 'logDriver'))],
      );
  }
}

const LOG_DRIVERS: Readonly<Record<string, string>> = {
  awsfirelens: 'fluent-bit',
  awslogs: 'cloudwatch',
  fluentd: 'fluentd',
  gelf: 'graylog',
  splunk: 'splunk',
};

/** The task definition that a service runs: the one of its family, or the only one beside it. */
function taskOf({ path, root }: Service, tasks: readonly Task[]): Task | undefined {
  const family = text(root.taskDefinition).split('/').at(-1)?.split(':')[0] ?? '';
  const beside = tasks.filter((t) => folderOf(t.path) === folderOf(path));
  return (
    tasks.find((t) => family !== '' && text(t.root.family) === family) ??
    (beside.length === 1 ? beside[0] : undefined)
  );
}

function reportService(
  collection: Collection,
  { path, document, root }: Service,
  task: Task | undefined,
): void {
  const replicas = Number(root.desiredCount);
  if (replicas === 0 || text(root.schedulingStrategy) === 'DAEMON') return;
  const essential = (task?.containers ?? []).filter((c) => c.essential !== false);
  const checked = essential.filter((c) => isMapping(c.healthCheck));
  // The load balancer asks the container that it sends requests to.
  const balanced = mappings(root.loadBalancers).map((b) => text(b.containerName));
  const ready = essential.filter((c) => checked.includes(c) || balanced.includes(text(c.name)));
  const healthy = within(root, 'deploymentConfiguration', 'minimumHealthyPercent');
  const placement = mappings(root.placementStrategy);
  const share = (n: number) => (n === 0 ? 'none' : n === essential.length ? 'all' : 'some');
  const name = text(root.serviceName) || text(task?.root.family) || 'service';
  collection.fact(
    'workload',
    name,
    {
      system: 'ecs',
      kind: 'Service',
      namespace: '',
      environment: environmentOfPath(path),
      replicas,
      replicasFrom: 'declared',
      autoscaled: false,
      budget: typeof healthy === 'number' && healthy > 0 ? 'selects' : 'none',
      readiness: share(ready.length),
      liveness: share(checked.length),
      // Without a strategy of its own, a service spreads its tasks over the zones.
      spread: placement.length === 0 || placement.some((p) => text(p.type) === 'spread'),
      requests: 'all',
      singleton: false,
      images: (task?.containers ?? []).map((c) => text(c.image)).filter((i) => i !== ''),
    },
    [
      atLine(path, 1),
      atLine(path, document.lineOf(root, 'desiredCount'), 'replicas'),
      ...(typeof healthy === 'number'
        ? [
            atLine(
              path,
              document.lineOf(mapping(root.deploymentConfiguration), 'minimumHealthyPercent'),
              'budget',
            ),
          ]
        : []),
      ...(task
        ? [atLine(task.path, task.document.lineOf(task.root, 'containerDefinitions'), 'readiness')]
        : []),
    ],
  );
}

/** ECS itself, Fargate where it is asked for, and the stores that secrets are taken from. */
function reportTools(collection: Collection, tasks: readonly Task[], services: readonly Service[]): void {
  const use = (
    tool: string,
    category: 'orchestrator' | 'secrets',
    places: readonly { path: string; line: number }[],
  ) => {
    if (places.length > 0)
      collection.fact(
        'tool-use',
        tool,
        { tool, category },
        places.slice(0, 5).map(({ path, line }) => atLine(path, line)),
      );
  };
  const all = [...tasks, ...services];
  use(
    'ecs',
    'orchestrator',
    all.map(({ path }) => ({ path, line: 1 })),
  );
  const onFargate = (root: Mapping) =>
    ['requiresCompatibilities', 'launchType'].find((key) =>
      [text(root[key]), ...texts(root[key])].includes('FARGATE'),
    );
  use(
    'fargate',
    'orchestrator',
    all.flatMap(({ path, document, root }) => {
      const key = onFargate(root);
      return key === undefined ? [] : [{ path, line: document.lineOf(root, key) }];
    }),
  );
  const from = (store: RegExp) =>
    tasks.flatMap(({ path, document, containers }) =>
      containers
        .flatMap((c) => mappings(c.secrets))
        .filter((s) => store.test(text(s.valueFrom)))
        .map((s) => ({ path, line: document.lineOf(s, 'valueFrom') })),
    );
  use('aws-secrets-manager', 'secrets', from(/:secretsmanager:/));
  use('aws-ssm', 'secrets', from(/:ssm:|^\//));
}
