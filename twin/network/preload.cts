/**
 * Loaded into every Node process of a task before its own code: listening, connecting and resolving names go by the
 * twin's plan. The parts lie beside it and need nothing but Node.
 */
if (process.env.MOSAIC_TWIN_NETWORK) {
  require('./preload/names.cjs');
  require('./preload/listen.cjs');
  require('./preload/connect.cjs');
  require('./preload/datagram.cjs');
  // ES modules see builtins through copies of their exports.
  require('node:module').syncBuiltinESMExports();
}
