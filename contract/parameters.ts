/** Names by which stacks find each other: all they share. */

/** The Cloud Map namespace of a stage. */
export const namespaceName = (stage: string): string => `mosaic-${stage}`;

/** Name of a parameter by which the platform is found. */
export const platformParameter = (stage: string, value: string): string => `/mosaic/${stage}/platform/v1/${value}`;

/** Name of a parameter by which the edge is found. */
export const edgeParameter = (stage: string, value: string): string => `/mosaic/${stage}/edge/v1/${value}`;

/** Name of a parameter by which a service is found. */
export const serviceParameter = (stage: string, service: string, value: string): string =>
  `/mosaic/${stage}/services/${service}/v1/${value}`;
