import { tableVariable } from '../../contract/environment.ts';
import { textSetting } from '../chassis/index.ts';

/** What the catalog is told beside what every service is told. */
export const catalogSettings = {
  region: textSetting('AWS_REGION'),
  table: textSetting(tableVariable('products')),
};
