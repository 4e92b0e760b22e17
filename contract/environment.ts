/** The environment variables constructs set and the chassis reads. One name, two sides. */
export const Environment = {
  /** Name of the service, as callers know it. */
  service: 'MOSAIC_SERVICE',
  /** Name of the stage. */
  stage: 'MOSAIC_STAGE',
  /** The port the service listens on. */
  port: 'PORT',
  /** The port on which operators ask about the service; no security group opens it. */
  managementPort: 'MOSAIC_MANAGEMENT_PORT',
  /** What is deployed: a commit, a tag. */
  version: 'MOSAIC_VERSION',
  /** Base address of an OpenTelemetry collector; the name is OpenTelemetry's own. */
  collector: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  /** Longest a request may take in this service. */
  requestTimeout: 'MOSAIC_REQUEST_TIMEOUT_MS',
  /** How long an idle connection is kept; longer than every caller in front keeps it. */
  keepAlive: 'MOSAIC_KEEP_ALIVE_MS',
  /** From SIGTERM to the last answer. */
  drain: 'MOSAIC_DRAIN_MS',
} as const;

const upper = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();

/** Where a bound service answers, for example `CATALOG_URL`. */
export const urlVariable = (service: string): string => `${upper(service)}_URL`;

/** How long a call to a bound service may take in all, for example `CATALOG_TIMEOUT_MS`. */
export const timeoutVariable = (service: string): string => `${upper(service)}_TIMEOUT_MS`;

/** Name of a bound table, for example `PRODUCTS_TABLE`. */
export const tableVariable = (table: string): string => `${upper(table)}_TABLE`;
