import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePlainScripts } from '../plain-scripts.ts';
import type { BaseImage } from './base-image.ts';

/** Tools that this machine may have and an image may not, with the base images that have them. */
const TOOLS: Readonly<Record<string, readonly BaseImage['variant'][]>> = {
  curl: ['full'],
  wget: ['full', 'alpine'],
};

/**
 * Writes a folder for the front of `PATH` for each kind of base image: it has our version of each tool the image has,
 * and for the others prints what the image's shell would, even if this machine has them.
 */
export function writeImageTools(folder: string): (variant: BaseImage['variant']) => string {
  const script = join(writePlainScripts(join(import.meta.dirname, 'tools'), folder), 'web-tool.cjs');
  for (const variant of ['full', 'slim', 'alpine'] as const) {
    mkdirSync(join(folder, variant), { recursive: true });
    for (const [tool, variants] of Object.entries(TOOLS)) {
      const path = join(folder, variant, tool);
      const command = variants.includes(variant)
        ? `exec node "${script}" ${tool} "$@"`
        : `echo "${tool}: not found: the image has none" >&2; exit 127`;
      writeFileSync(path, `#!/bin/sh\n${command}\n`);
      chmodSync(path, 0o755);
    }
  }
  return (variant) => join(folder, variant);
}
