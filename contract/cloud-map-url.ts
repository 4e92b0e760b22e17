/** A service that is found in Cloud Map, as its binding writes it: `cloudmap://shop-dev/catalog`. */
export interface CloudMapUrl {
  /** Name of the namespace: `shop-dev`. */
  readonly namespace: string;
  /** Name of the service in it: `catalog`. */
  readonly service: string;
}

/** The URL callers get for a service whose instances they find in Cloud Map. */
export const cloudMapUrl = ({ namespace, service }: CloudMapUrl): string => `cloudmap://${namespace}/${service}`;

/** Namespace and service of `cloudmap://<namespace>/<service>`; undefined for any other URL. */
export function readCloudMapUrl(url: string): CloudMapUrl | undefined {
  const [, namespace, service] = /^cloudmap:\/\/([^/?#\s]+)\/([^/?#\s]+)$/.exec(url) ?? [];
  return namespace === undefined || service === undefined ? undefined : { namespace, service };
}
