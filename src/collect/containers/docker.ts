/** Dockerfiles: what each builds on, what it runs while building, its user and health check. */
import { atLine } from '../../model/evidence.js';
import { builtStages, lineage, parseDockerfile, prepareDockerfile } from '../../parse/dockerfile.js';
import { parseImage } from '../../parse/image.js';
import { defineCollector } from '../collector.js';
import type { SourceText } from '../source-text.js';

const DOCKERFILE = /(^|\/)((docker|container)file([._-][^/]*)?|[^/]+\.(docker|container)file)$/i;
/** Templates that something else fills in, ignore files, and files about Dockerfiles. */
const OTHER =
  /\.(dockerignore|j2|jinja2?|tmpl|tpl|template|gotmpl|erb|in|hbs|mustache|md|rst|txt|adoc|html?|go|[cm]?[jt]sx?|py|rb|rs|java|kt|cs|php|json|ya?ml|sh|bak|orig|swp)$/i;

/** Instructions that a script joins to those of a Dockerfile, in a file that is called after what they are for. */
function isPart({ path, text }: SourceText): boolean {
  return /file[._-][^/]+$/i.test(path) && !/^\s*FROM\b/im.test(text);
}

export const docker = defineCollector({
  name: 'docker',
  title: 'Docker',
  gives: ['dockerfile', 'image-reference'],
  reads: (path) => DOCKERFILE.test(path) && !OTHER.test(path),
  prepare: prepareDockerfile,
  start(collection) {
    return {
      file(source) {
        const { path } = source;
        const { stages, error } = source.as(parseDockerfile);
        if (error) {
          if (source.text.trim() === '' || isPart(source)) return;
          collection.gap({
            kinds: ['dockerfile', 'image-reference'],
            reason: /\{\{|\{%|<%/.test(source.text) ? 'not-rendered' : 'unreadable',
            what: `${path} could not be read as a Dockerfile: ${error}`,
            path,
          });
          return;
        }
        const line = lineage(stages);
        const user = line.find((s) => s.user.line > 0)?.user;
        const healthcheck = line.find((s) => s.healthcheck.line > 0)?.healthcheck;
        const evidence = [atLine(path, stages.at(-1)?.line ?? 1)];
        if (user) evidence.push(atLine(path, user.line, 'user'));
        if (healthcheck) evidence.push(atLine(path, healthcheck.line, 'healthcheck'));
        collection.fact(
          'dockerfile',
          path,
          {
            stages: stages.map((s) => ({ name: s.name, image: s.image, line: s.line })),
            user: user?.name ?? '',
            healthcheck: healthcheck?.on ?? false,
            takes: [...new Set(builtStages(stages).flatMap((s) => s.takes))],
            commands: builtStages(stages).flatMap((s) => s.commands.map((c) => ({ ...c, stage: s.name }))),
          },
          evidence,
        );
        for (const stage of stages) {
          const images = stage.base === -1 ? [{ image: stage.image, line: stage.line }] : [];
          for (const { image, line: at } of [...images, ...stage.borrows]) {
            if (image === 'scratch' || image === '') continue;
            collection.fact(
              'image-reference',
              image,
              { image, used: 'dockerfile', ...parseImage(image), by: stage.name },
              [atLine(path, at)],
            );
          }
        }
      },
    };
  },
});
