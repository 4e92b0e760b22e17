export { snapshotOf } from './snapshot.ts';
export { testApp } from './test-app.ts';
