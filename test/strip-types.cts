// jest's transformer: the very stripping Node does when it runs the sources, so tests run the same code.
const { stripTypeScriptTypes } = require('node:module');

module.exports = { process: (source: string) => ({ code: stripTypeScriptTypes(source) }) };
