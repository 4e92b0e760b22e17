import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { installationMarks } from '../../../lib/constructs/installation.ts';
import { temporaryFolder } from '../../rehearsal.ts';

describe('the marks of an installation', () => {
  it.each(['.package-lock.json', '.modules.yaml', '.yarn-integrity', '.yarn-state.yml'])(
    'are seen beside a service and at the root of its workspace: %s',
    (mark) => {
      const workspace = temporaryFolder();
      const source = join(workspace, 'services', 'orders', 'main.ts');
      const there = () => installationMarks(source).filter((path) => statSync(path, { throwIfNoEntry: false }));
      expect(there()).toEqual([]);
      const marks = [dirname(source), workspace].map((folder) => join(folder, 'node_modules', mark));
      for (const path of marks) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, '');
      }
      expect(there()).toEqual(marks);
    },
  );
});
