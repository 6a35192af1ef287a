/** Runs in a real terminal: mounts the scan screen, plays recorded events, shows a recorded result. */
import { readFileSync } from 'node:fs';
import { startScanScreen } from '../../src/ui/scan-screen.js';

const [, , recording = ''] = process.argv;
const { events, assessment, files } = JSON.parse(readFileSync(recording, 'utf8'));

const screen = startScanScreen({
  stdout: process.stdout,
  stdin: process.stdin,
  colour: !process.env.NO_COLOR,
  title: '~/src/shop',
  elapsed: () => performance.now(),
  excerpt: (_repository, path) => Promise.resolve(files[path]),
  onExport: (format) => Promise.resolve(`plimsoll.${format}`),
  onInterrupt: () => {
    screen.stop();
    process.exitCode = 130;
    process.exit();
  },
});
for (const event of events) screen.progress(event);
if (assessment) {
  await screen.result(assessment);
  process.stdout.write('the prompt\n');
} else setTimeout(() => screen.stop(), 60_000);
