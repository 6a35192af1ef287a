/**
 * Systems whose files are recognised by their fixed names but not read yet: each is a tool in use and, since its content
 * may hold anything of its kind, a gap. A collector that reads one takes its line out of this table.
 */
import { atLine } from '../model/evidence.js';
import type { FactData, FactKind } from '../model/facts.js';
import { defineCollector } from './collector.js';

interface OtherSystem {
  tool: string;
  title: string;
  category: FactData<'tool-use'>['category'];
  file: RegExp;
  /** What the files may hold that is not seen. */
  unseen: FactKind[];
}

const PIPELINES: FactKind[] = ['pipeline', 'pipeline-activity', 'delivery-path'];

const SYSTEMS: readonly OtherSystem[] = [
  {
    tool: 'drone',
    title: 'Drone',
    category: 'ci',
    file: /^\.drone\.(jsonnet|star)$/,
    unseen: PIPELINES,
  },
];

export const otherSystems = defineCollector({
  name: 'other-systems',
  title: 'Other systems',
  gives: ['tool-use'],
  reads: () => false,
  start(collection) {
    return {
      end() {
        for (const system of SYSTEMS) {
          const files = collection.files.filter((f) => system.file.test(f.path));
          const [first] = files;
          if (!first) continue;
          collection.fact(
            'tool-use',
            system.tool,
            { tool: system.tool, category: system.category },
            files.slice(0, 5).map((f) => atLine(f.path, 1)),
          );
          if (system.unseen.length === 0) continue;
          collection.gap({
            kinds: system.unseen,
            reason: 'not-supported',
            what: `${system.title} is used here (${first.path}) and is not read yet`,
            path: first.path,
          });
        }
      },
    };
  },
});
