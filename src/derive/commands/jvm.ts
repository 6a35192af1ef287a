/** Maven and Gradle, which run tests on the way to later phases. */
import type { Activity } from './activity.js';
import { recognise } from './known.js';
import type { Reading, Standing } from './reading.js';

export function jvmTool(
  reading: Reading,
  tool: 'mvn' | 'gradle',
  rest: readonly string[],
  at: Standing,
): Activity[] {
  const text = [tool, ...rest].join(' ');
  const found: Activity[] = [];
  const runs = tool === 'mvn' ? mavenTests(rest) : gradleTests(rest);
  if (runs === 'asked' || (runs === 'on the way' && reading.around.hasTests))
    found.push(...reading.settle({ does: 'tests' }, text, at));
  const publishes =
    tool === 'mvn'
      ? rest.some((w) => /^(deploy|release:perform|jib:build|\S+:jib-maven-plugin(:\S+)?:build)$/.test(w))
      : rest.some((w) =>
          /^(:?(\S+:)*)?(publish(?!\S*ToMavenLocal)\w*|uploadArchives|jib|closeAndReleaseRepository|bintrayUpload|publishPlugins|dockerPush\w*|bootBuildImage-push)$/.test(
            w,
          ),
        ) || /bootBuildImage.*--publishImage/.test(text);
  if (publishes) found.push(...reading.settle({ does: 'publishes' }, text, at));
  const known = recognise(text);
  if (known?.does === 'scans') found.push(...reading.settle(known, text, at));
  return found.length > 0 ? found : reading.settle({ does: 'builds' }, text, at);
}

/** Does a Maven call run tests: because a test is asked for, or on the way to a later phase? */
function mavenTests(words: readonly string[]): 'asked' | 'on the way' | 'none' {
  const text = words.join(' ');
  if (/-D(skipTests|maven\.test\.skip)(?!=false)(\s|=true|$)/.test(text)) return 'none';
  if (words.some((w) => /^(test|integration-test|surefire:test|failsafe:\S+|\S*invoker:run)$/.test(w)))
    return 'asked';
  return words.some((w) =>
    /^(verify|package|install|deploy|prepare-package|release:perform|site-deploy)$/.test(w),
  )
    ? 'on the way'
    : 'none';
}

function gradleTests(words: readonly string[]): 'asked' | 'on the way' | 'none' {
  const left = new Set<string>();
  const tasks: string[] = [];
  words.forEach((word, i) => {
    if (/^(-x|--exclude-task)$/.test(words[i - 1] ?? '')) left.add(word.replace(/^.*:/, ''));
    else if (
      !word.startsWith('-') &&
      !/^(-p|--project-dir|-b|-I|--tests|-c|--init-script)$/.test(words[i - 1] ?? '')
    )
      tasks.push(word.replace(/^.*:/, ''));
  });
  if (
    tasks.some(
      (t) =>
        (/^(test|tests|allTests|functionalTest|intTest)$/.test(t) ||
          /(Test|Tests|UnitTest|AndroidTest)$/.test(t) ||
          /^(connectedCheck|jvmTest)/.test(t)) &&
        !left.has(t),
    )
  )
    return 'asked';
  return tasks.some((t) => /^(check|build|buildNeeded|buildDependents)$/.test(t)) &&
    !left.has('test') &&
    !left.has('check')
    ? 'on the way'
    : 'none';
}
