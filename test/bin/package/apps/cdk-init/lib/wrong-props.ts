import { Microservice, type MicroserviceProps } from 'mosaic-cdk';

declare const props: MicroserviceProps;
declare const scope: ConstructorParameters<typeof Microservice>[0];

// Declarations that are not found are `any`, and then these are no mistakes.
// @ts-expect-error There is no such prop.
export const misspelt = (): Microservice => new Microservice(scope, 'Misspelt', { ...props, imagee: props.image });
// @ts-expect-error It takes a number.
export const mistyped = (): Microservice => new Microservice(scope, 'Mistyped', { ...props, memory: '512' });
