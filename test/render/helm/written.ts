/** Runs a template by itself, or a chart of a few small files, for the tests of this folder. */
import type { Mapping } from '../../../src/parse/shape.js';
import { renderChart } from '../../../src/render/helm/chart.js';
import { Engine } from '../../../src/render/helm/evaluate.js';
import { parseTemplate } from '../../../src/render/helm/parser.js';
import { fromPlain } from '../../../src/render/helm/value.js';
import { Budget, Writer } from '../../../src/render/helm/writer.js';
import type { Rendered } from '../../../src/render/rendered.js';

/** What a template writes; unknown parts as ?. */
export function written(template: string, values: Mapping = {}): string {
  const { writer } = run(template, values);
  return writer
    .text()
    .replaceAll('<no value>', '')
    .replace(/[\ue000-\uf8ff]/g, '?');
}

export function run(template: string, values: Mapping = {}): { writer: Writer; reasons: string[] } {
  const parsed = parseTemplate(template);
  const definitions = new Map([...parsed.defines].map(([name, nodes]) => [name, { nodes, path: 'a.yaml' }]));
  const engine = new Engine(definitions, new Budget());
  const writer = new Writer(engine.budget);
  engine.run({ nodes: parsed.body, path: 'a.yaml' }, fromPlain({ Values: values }), writer);
  return { writer, reasons: [...engine.notes.values()].map((n) => n.reason) };
}

export function rendered(files: Readonly<Record<string, string>>, ...values: Mapping[]): Rendered {
  return renderChart(
    { folder: 'shop', files: new Map(Object.entries(files).map(([path, text]) => [`shop/${path}`, text])) },
    {
      name: 'r',
      namespace: 'ns',
      values: values.map((value, i) => ({ path: `values-${i}.yaml`, value })),
    },
  );
}
