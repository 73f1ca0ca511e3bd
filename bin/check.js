/**
 * `npm run check`: everything that must hold before a change lands. What needs one core each runs side by
 * side, in two rows; the tests, which take both, come last. The first failure ends it.
 */
const { spawn } = require('node:child_process');
const { join } = require('node:path');

const rows = [
  ['format', 'lint'],
  ['lint:deps', 'typecheck', 'build'],
];
const running = new Set();

/** The output of a step is told when it is over, so that two of them do not mix. */
function perform(script, isLive = false) {
  const began = Date.now();
  return new Promise((resolve) => {
    const step = spawn('npm', ['run', '--silent', script], {
      cwd: join(__dirname, '..'),
      stdio: isLive ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    running.add(step);
    const told = [];
    step.stdout?.on('data', (part) => told.push(part));
    step.stderr?.on('data', (part) => told.push(part));
    step.once('close', (code) => {
      running.delete(step);
      process.stdout.write(Buffer.concat(told));
      const seconds = ((Date.now() - began) / 1_000).toFixed(0);
      process.stdout.write(`${code === 0 ? 'ok' : 'FAILED'}  ${script}  ${seconds} s\n`);
      if (code !== 0) end(code ?? 1);
      resolve();
    });
  });
}

function end(code) {
  for (const step of running) step.kill();
  process.exit(code);
}

async function inOrder(row) {
  for (const script of row) await perform(script);
}

async function check() {
  await Promise.all(rows.map(inOrder));
  await perform('test', true);
}

void check();
