/** Drone and Woodpecker, which grew out of it: their files -> `pipeline` facts. */
import { atLine, type Evidence } from '../../model/evidence.js';
import { DroneReader, type DroneWorkflow, parseDrone } from '../../parse/ci/drone.js';
import { type Collection, type Collector, defineCollector } from '../collector.js';
import { emptyPipeline, tellPipeline, tellSystem, tellUnreadable } from './pipeline-facts.js';

export const drone = collectorOf('drone', 'Drone', /(^|\/)\.drone(\.[\w-]+)?\.ya?ml$/);
export const woodpecker = collectorOf('woodpecker', 'Woodpecker', /^\.woodpecker(\/.+)?\.ya?ml$/);

function collectorOf(system: 'drone' | 'woodpecker', title: string, path: RegExp): Collector {
  return defineCollector({
    name: system,
    title,
    gives: ['pipeline', 'delivery-path', 'pipeline-activity', 'tool-use'],
    doubts: ['pipeline', 'delivery-path', 'pipeline-activity'],
    reads: (p) => path.test(p),
    start(collection) {
      const found: DroneWorkflow[] = [];
      const files: Evidence[] = [];
      return {
        file(source) {
          const reading = source.as(parseDrone);
          if (reading.error !== '') tellUnreadable(collection, source.path, title, reading);
          if (reading.workflows.length > 0) files.push(atLine(source.path, 1));
          found.push(...reading.workflows);
        },
        end() {
          // Workflows of Woodpecker wait for each other across files.
          const groups = new Map<string, DroneWorkflow[]>();
          for (const workflow of found) {
            const group = system === 'drone' ? workflow.path : '';
            groups.set(group, [...(groups.get(group) ?? []), workflow]);
          }
          for (const group of groups.values()) tell(collection, system, group);
          tellSystem(collection, system, files);
        },
      };
    },
  });
}

function tell(
  collection: Collection,
  system: 'drone' | 'woodpecker',
  workflows: readonly DroneWorkflow[],
): void {
  const [first] = workflows;
  if (!first) return;
  const reader = new DroneReader(workflows, first.path, system);
  reader.read();
  const { triggers } = reader;
  // Steps stand in the file of their workflow.
  const jobs = reader.jobs.map((job) => ({
    ...job,
    steps: job.steps.map((step) => ({ ...step, path: job.path })),
  }));
  tellPipeline(collection, emptyPipeline(system, first.path, { jobs, triggers }), first.line);
}
