import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readShell, runsOnlyAfter, type ShellCommand } from '../../../src/parse/shell/shell.js';

const GITHUB = { errexit: true, pipefail: false };
const PLAIN = { errexit: false, pipefail: false };

function commands(text: string, options = GITHUB): string[] {
  return readShell(text, options).map((c) => c.words.join(' '));
}
function find(text: string, program: string, options = GITHUB): ShellCommand {
  const found = readShell(text, options).find((c) => c.words[0] === program);
  if (!found) throw new Error(`no ${program} in ${text}`);
  return found;
}
/** What becomes of the failure of `tests`. */
function fate(text: string, options = GITHUB): string {
  const { stops, fails } = find(text, 'tests', options);
  return stops ? 'stops' : fails ? 'fails' : 'lost';
}

describe('the commands of a script', () => {
  test('comments, here-documents and quoted text are not commands', () => {
    const text = `# kubectl apply
echo "kubectl apply"
cat <<'EOF' >> "$SUMMARY"
kubectl apply -f k8s/
EOF
echo done # helm upgrade`;
    expect(commands(text)).toEqual(['echo kubectl apply', 'cat', 'echo done']);
    expect(find(text, 'cat').input).toBe('kubectl apply -f k8s/');
  });

  test('each command knows its line, after continued lines and here-documents too', () => {
    const text = 'docker build \\\n  -t a .\ncat <<EOF\none\ntwo\nEOF\nhelm upgrade a .\n';
    expect(readShell(text, GITHUB).map((c) => `${c.line} ${c.words[0]}`)).toEqual([
      '1 docker',
      '3 cat',
      '7 helm',
    ]);
  });

  test('expressions of the pipeline are kept whole', () => {
    expect(commands("vercel deploy --token=${{ secrets.A || 'b c' }} && ls")).toEqual([
      "vercel deploy --token=${{ secrets.A || 'b c' }}",
      'ls',
    ]);
  });

  test('commands inside substitutions are found', () => {
    expect(commands('url=$(vercel deploy --prod)\necho "at `date`"')).toEqual([
      'vercel deploy --prod',
      'date',
      'echo at `date`',
    ]);
  });

  test('a function runs where it is called, and not where it is written', () => {
    const text = 'ship() {\n  helm upgrade a .\n}\nnever() { kubectl delete ns x; }\nship';
    expect(commands(text)).toEqual(['helm upgrade a .']);
  });

  test('what follows false and exit is dead', () => {
    expect(commands('if false; then helm upgrade; fi\nls\nexit 0\nkubectl apply')).toEqual([
      'false',
      'ls',
      'exit 0',
    ]);
  });

  test('folders are followed through cd, pushd, popd and subshells', () => {
    const text = 'cd a\n(cd b && one)\ntwo\npushd ../c\nthree\npopd\nfour\ncd -\nfive';
    const places = readShell(text, GITHUB).filter((c) =>
      /^(one|two|three|four|five)$/.test(c.words[0] ?? ''),
    );
    expect(places.map((c) => c.directory)).toEqual(['a/b', 'a', 'c', 'a', '']);
  });

  test('a pipe tells what is read', () => {
    expect(find('kustomize build prod | kubectl apply -f -', 'kubectl').reads).toBe('kustomize build prod');
  });

  test('any text is read without an error, and lines stay within it', () => {
    const piece = fc.constantFrom(
      'if',
      'then',
      'fi',
      'do',
      'done',
      '(',
      ')',
      '{',
      '}',
      '|',
      '||',
      '&&',
      ';',
      ';;',
      '\n',
      ' ',
      '"',
      "'",
      '`',
      '$(',
      '${',
      '${{',
      '<<EOF',
      'EOF',
      'case',
      'esac',
      'in',
      '#',
      'a',
      '\\',
      '&',
      '>',
      '!',
      'for',
      '((',
      'é',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((p) => p.join('')),
        ),
        fc.boolean(),
        (text, errexit) => {
          const lines = text.replace(/\r\n?/g, '\n').split('\n').length;
          for (const c of readShell(text, { errexit, pipefail: false })) {
            expect(c.line).toBeGreaterThanOrEqual(1);
            expect(c.line).toBeLessThanOrEqual(lines);
          }
        },
      ),
    );
  });
});

describe('what becomes of a failure', () => {
  test.each([
    ['tests', 'stops'],
    ['tests; true', 'stops'],
    ['tests || true', 'lost'],
    ['tests || echo failed', 'lost'],
    ['tests || exit 1', 'stops'],
    ['tests || { echo failed; exit 1; }', 'stops'],
    ['tests || exit 0', 'lost'],
    ['tests | tee log', 'lost'],
    ['set -o pipefail\ntests | tee log', 'stops'],
    ['set -euo pipefail\ntests | tee log\nls', 'stops'],
    ['set +e\ntests\nls', 'lost'],
    ['set +e\ntests', 'fails'],
    ['set +e\ntests\nset -e\nls', 'lost'],
    ['set +e\ntests\ncode=$?\nls\nexit $code', 'fails'],
    ['tests || code=$?\nls\nexit ${code}', 'fails'],
    ['tests &', 'lost'],
    ['! tests', 'lost'],
    ['tests && ls', 'fails'],
    ['tests && ls\nls', 'lost'],
    ['echo "$(tests)"', 'lost'],
    ['out=$(tests)\nls', 'stops'],
    ['if tests; then ls; fi', 'lost'],
    ['if ! tests; then exit 1; fi\nls', 'stops'],
    ['if tests; then ls; else exit 1; fi\nls', 'stops'],
    ['for d in a b; do tests; done\nls', 'stops'],
    ['(cd a && tests)\nls', 'stops'],
    ['run() { tests; }\nrun\nls', 'stops'],
    ['run() { tests; }\nrun || true', 'lost'],
    ['while ! tests; do sleep 1; done', 'lost'],
  ])('%j: %s', (text, expected) => {
    expect(fate(text)).toBe(expected);
  });

  test('without -e only the last status counts', () => {
    expect(fate('tests\nls', PLAIN)).toBe('lost');
    expect(fate('ls\ntests', PLAIN)).toBe('fails');
  });

  test('a later command of a list joined by && runs only after the earlier one', () => {
    const order = (text: string, first: string, second: string, options = GITHUB) => {
      const all = readShell(text, options);
      const [a, b] = [first, second].map((name) => all.find((c) => c.words[0] === name));
      return a !== undefined && b !== undefined && runsOnlyAfter(a, b);
    };
    expect(order('tests && ship', 'tests', 'ship')).toBe(true);
    expect(order('tests && ls && ship', 'tests', 'ship', PLAIN)).toBe(true);
    expect(order('tests || ship', 'tests', 'ship')).toBe(false);
    expect(order('tests && ls\nship', 'tests', 'ship')).toBe(false);
    expect(order('tests\nship', 'tests', 'ship')).toBe(true);
    expect(order('tests\nship', 'tests', 'ship', PLAIN)).toBe(false);
    expect(order('if tests; then ship; fi', 'tests', 'ship')).toBe(true);
    expect(order('if tests; then ls; fi\nship', 'tests', 'ship')).toBe(false);
    expect(order('tests && { ls; ship; }', 'tests', 'ship', PLAIN)).toBe(true);
  });
});

describe('the status of a command that is asked for later', () => {
  test.each([
    ['tests; if [ $? -ne 0 ]; then exit 1; fi; deploy', 'stops'],
    ['tests; if [ $? -eq 0 ]; then deploy; else exit 1; fi', 'stops'],
    ['tests; if [ $? -ne 0 ]; then echo bad; fi; deploy', 'lost'],
    ['tests; [ $? -ne 0 ] && exit 2; deploy', 'stops'],
    ['tests; code=$?; report; if [ "$code" -ne 0 ]; then exit "$code"; fi', 'fails'],
    ['tests || bad=1; report; exit $bad', 'fails'],
    ['tests || bad=0; report; exit $bad', 'lost'],
    ['check() { if [ $1 -ne 0 ]; then exit $2; fi; }; tests; check $? 2; deploy', 'stops'],
    ['check() { echo "status $1"; }; tests; check $? 2; deploy', 'lost'],
    ['tests || true; if [ $? -ne 0 ]; then exit 1; fi; deploy', 'lost'],
    ['tests | tee log; if [ $? -ne 0 ]; then exit 1; fi; deploy', 'lost'],
  ])('%s', (text, expected) => {
    expect(fate(text, PLAIN)).toBe(expected);
  });

  test.each([
    ['tests & wait $!', 'fails'],
    ['tests & PID=$!; serve & wait $PID', 'fails'],
    ['tests & PID=$!; lint & OTHER=$!; wait $OTHER', 'lost'],
    ['tests & pids+=($!); for pid in "${pids[@]}"; do wait $pid || exit 1; done; deploy', 'fails'],
    ['tests & wait; deploy', 'lost'],
    ['tests & deploy', 'lost'],
  ])('%s: in the background', (text, expected) => {
    expect(fate(text)).toBe(expected);
  });

  test('what comes after the wait runs only where the background passed, and what comes before it does not', () => {
    const text = 'tests & PID=$!\nearly\nwait $PID\nlate';
    const [tests, early, wait, late] = readShell(text, GITHUB);
    expect([tests, early, wait, late].map((c) => c?.words[0])).toEqual(['tests', 'early', 'wait', 'late']);
    expect(tests && late && runsOnlyAfter(tests, late)).toBe(true);
    expect(tests && early && runsOnlyAfter(tests, early)).toBe(false);
  });
});
