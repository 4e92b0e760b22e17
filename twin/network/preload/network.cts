/**
 * Loaded into every Node process of a task before its own code, to make it listen, connect and resolve names as the
 * twin's address plan says. Its parts are the other files of this folder; they need only Node.
 */
if (process.env.MOSAIC_TWIN_NETWORK) {
  require('./names.cjs');
  require('./listen.cjs');
  require('./connect.cjs');
  require('./datagram.cjs');
  // ES modules see builtins through copies of their exports.
  require('node:module').syncBuiltinESMExports();
}
