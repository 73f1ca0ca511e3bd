const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * The suites that take longest begin first, so that no worker is left alone with one at the end; those that
 * mostly wait run beside those that need the processor.
 */
const longest = [
  'test/e2e/pages.test.ts',
  'test/e2e/late-reply.test.ts',
  'test/e2e/model-over-sandbox.test.ts',
  'test/e2e/newcomer.test.ts',
  'src/intake/crash-watch.test.ts',
  'test/e2e/multi-process.test.ts',
  'test/e2e/sidebar-page.test.ts',
  'test/e2e/reply-story.test.ts',
  'src/red-packets/sandbox.test.ts',
  'test/e2e/inbox-page.test.ts',
  'src/red-packets/model.test.ts',
  'test/e2e/outreach-over-sandbox.test.ts',
  'src/red-packets/pay.test.ts',
  'test/e2e/empty-pages.test.ts',
];

const rank = ({ path }) => {
  const place = longest.findIndex((name) => path.endsWith(name));
  return place === -1 ? longest.length : place;
};

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((one, other) => rank(one) - rank(other));
  }
};
