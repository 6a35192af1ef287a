/** Builds kustomizations of small files for the tests. */
import { within } from '../../../src/parse/shape.js';
import { parseYaml, type YamlDocument } from '../../../src/parse/yaml.js';
import type { KustomizeFiles } from '../../../src/render/kustomize/files.js';
import type { Rendered, RenderedObject } from '../../../src/render/rendered.js';

export function filesOf(texts: Readonly<Record<string, string>>): KustomizeFiles {
  const parsed = new Map<string, YamlDocument[]>();
  return {
    text: (path) => (Object.hasOwn(texts, path) ? texts[path] : undefined),
    documents: (path) => {
      const documents = parsed.get(path) ?? parseYaml(texts[path] ?? '');
      parsed.set(path, documents);
      return documents;
    },
  };
}

export function object(built: Rendered, kind: string, name?: string): RenderedObject {
  const found = built.objects.filter(
    ({ value }) => value.kind === kind && (name === undefined || within(value, 'metadata', 'name') === name),
  );
  const [only] = found;
  if (!only || found.length > 1)
    throw new Error(
      `${found.length} of ${kind} ${name ?? ''}: ${built.unseen.map((u) => u.what).join(', ')}`,
    );
  return only;
}

/** The value under keys and indices. */
export function at({ value }: RenderedObject, ...keys: (string | number)[]): unknown {
  return keys.reduce<unknown>((v, key) => (Object(v) as Record<string | number, unknown>)[key], value);
}

/** `path:line` of the last of keys and indices. */
export function lineOf(o: RenderedObject, ...keys: (string | number)[]): string {
  const holder = keys.slice(0, -1);
  const place = o.placeOf(Object(at(o, ...holder)), keys.at(-1));
  return `${place.path}:${place.line}`;
}

export const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1.0.0
          env:
            - name: MODE
              value: plain
            - name: COLOUR
              value: blue
        - name: proxy
          image: registry.example.com/proxy:2.0.0
`;
