/**
 * Loaded into every Node process of a task before its own code: listening, connecting and resolving names go by the
 * twin's plan. The parts lie beside it and need nothing but Node.
 */
if (process.env.MOSAIC_TWIN_NETWORK) {
  require('./names.cjs');
  require('./listen.cjs');
  require('./connect.cjs');
  require('./datagram.cjs');
  // ES modules see builtins through copies of their exports.
  require('node:module').syncBuiltinESMExports();
}
