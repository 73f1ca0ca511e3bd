const { Script } = require('node:vm');
const { default: Runtime } = require('jest-runtime');

/** By file; the source is compared, because a watched run changes it. */
const known = new Map();

/**
 * Every suite evaluates its modules afresh, in a context of its own; but what they are compiled to is the same
 * for all of them, and compiling two thousand files took longer than most suites.
 */
module.exports = class QuickRuntime extends Runtime {
  constructor(...args) {
    super(...args);
    const { executor } = this;
    executor.compile = (source, filename) => {
      const context = this._environment.getVmContext();
      if (context === null) return null;
      return scriptOf(source, filename, executor.injectedModuleParameters).runInContext(context);
    };
  }
};
module.exports.default = module.exports;

function scriptOf(source, filename, parameters) {
  const found = known.get(filename);
  if (found?.source === source) return found.script;
  const code = `(function (${parameters.join(', ')}) {\n${source}\n})`;
  const script = new Script(code, { filename, lineOffset: -1 });
  known.set(filename, { source, script });
  return script;
}
