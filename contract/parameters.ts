/** Names by which stacks find each other: all they share. */

/** The Cloud Map namespace of a stage. */
export const namespaceName = (stage: string): string => `mosaic-${stage}`;

/** What the platform says of itself. */
export const platformParameter = (stage: string, value: string): string => `/mosaic/${stage}/platform/v1/${value}`;

/** What the edge says of itself. */
export const edgeParameter = (stage: string, value: string): string => `/mosaic/${stage}/edge/v1/${value}`;

/** What a service says of itself. */
export const serviceParameter = (stage: string, service: string, value: string): string =>
  `/mosaic/${stage}/services/${service}/v1/${value}`;
