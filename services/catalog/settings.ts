import { tableVariable } from '../../contract/environment.ts';
import { textSetting } from '../chassis/index.ts';

/** The catalog's settings besides those of every service. */
export const catalogSettings = {
  region: textSetting('AWS_REGION'),
  table: textSetting(tableVariable('products')),
};
