import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiPage } from './package/api-page.ts';

/** `npm run docs`: what is written from the sources. */
const project = join(import.meta.dirname, '..');
writeFileSync(join(project, 'docs', 'api.md'), apiPage(project));
