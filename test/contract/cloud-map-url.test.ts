import { describe, expect, it } from '@jest/globals';
import { cloudMapUrl, readCloudMapUrl } from '../../contract/cloud-map-url.ts';

describe('readCloudMapUrl', () => {
  it('reads what a binding writes', () => {
    const catalog = { namespace: 'mosaic-dev', service: 'catalog' };
    expect(readCloudMapUrl(cloudMapUrl(catalog))).toEqual(catalog);
  });

  it('reads namespace and service', () => {
    expect(readCloudMapUrl('cloudmap://shop-dev/catalog')).toEqual({ namespace: 'shop-dev', service: 'catalog' });
    expect(readCloudMapUrl('cloudmap://Shop.Local/web-bff')).toEqual({ namespace: 'Shop.Local', service: 'web-bff' });
  });

  it.each(['http://catalog', 'cloudmap://shop', 'cloudmap://shop/', 'cloudmap:///catalog', 'cloudmap://a/b/c', ''])(
    'knows that %s is none',
    (url) => {
      expect(readCloudMapUrl(url)).toBeUndefined();
    },
  );
});
