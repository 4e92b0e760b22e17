import { describe, expect, it } from '@jest/globals';
import { readCloudMapUrl } from '../../../../services/chassis/discovery/cloud-map-url.ts';

describe('readCloudMapUrl', () => {
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
