export { expectFixedImages } from './fixed-images.ts';
export { expectLeastPrivilege, type LeastPrivilegeOptions } from './least-privilege.ts';
export { expectNestedTimeouts } from './nested-timeouts.ts';
export { assetHashes, snapshotOf } from './snapshot.ts';
export { expectStandsAlone } from './stands-alone.ts';
export { testApp } from './test-app.ts';
export { expectTimeToStart } from './time-to-start.ts';
