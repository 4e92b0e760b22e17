import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiPages } from './package/api-page.ts';

/** `npm run docs`: what is written from the sources. */
const project = join(import.meta.dirname, '..');
for (const [file, text] of Object.entries(apiPages(project))) writeFileSync(join(project, 'docs', file), text);
