#!/usr/bin/env node
// Written so that a Node too old for the rest can still say so.
const { engines } = require('./package.json');
const [needed, current] = [engines.node, process.versions.node].map((text) => text.match(/\d+/g).map(Number));
if (current[0] < needed[0] || (current[0] === needed[0] && current[1] < needed[1])) {
  console.error(`mosaic: Node ${process.versions.node} cannot run it (needs ${engines.node}); update Node`);
  process.exit(4);
}
import('./esm/bin/mosaic.js');
