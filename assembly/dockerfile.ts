import type { Variables } from './dockerfile-words.ts';

/** A Dockerfile as data: its stages, one of which is built. */
export interface Dockerfile {
  readonly stages: readonly Stage[];
  /** The stage that becomes the image. */
  readonly target: Stage;
}

export interface Stage {
  /** What `COPY --from` and `FROM` call it; its number where it has no name. */
  readonly name: string;
  /** An image, or the stage it continues. */
  readonly base: { readonly image: string } | { readonly stage: Stage };
  /** The instructions after `FROM`, variables replaced. */
  readonly instructions: readonly Instruction[];
}

/** An instruction that means something for the image; `line` and `text` are for messages. */
export type Instruction = { readonly line: number; readonly text: string } & (
  | { readonly kind: 'ENV'; readonly variables: Variables }
  | { readonly kind: 'WORKDIR'; readonly path: string }
  | { readonly kind: 'USER'; readonly user: string }
  | { readonly kind: 'VOLUME'; readonly paths: readonly string[] }
  | { readonly kind: 'STOPSIGNAL'; readonly signal: string }
  | { readonly kind: 'SHELL'; readonly command: readonly string[] }
  | { readonly kind: 'CMD' | 'ENTRYPOINT'; readonly command: Command }
  | ({ readonly kind: 'COPY' | 'ADD' } & Copy)
  | ({ readonly kind: 'RUN' } & Run)
  | { readonly kind: 'HEALTHCHECK'; readonly command: Command | undefined; readonly options: Variables }
  | { readonly kind: 'EXPOSE' | 'LABEL' | 'MAINTAINER' | 'ONBUILD' }
);

/** Exec form (`["node", "main.js"]`) or shell form (`node main.js`). */
export type Command =
  | { readonly form: 'exec'; readonly words: readonly string[] }
  | { readonly form: 'shell'; readonly script: string };

export interface Copy {
  readonly sources: readonly string[];
  /** Files whose content stands in the Dockerfile itself. */
  readonly inline: readonly { readonly name: string; readonly content: string }[];
  readonly destination: string;
  /** A stage, or the name of an image. */
  readonly from: { readonly stage: Stage } | { readonly image: string } | undefined;
  readonly chown: string | undefined;
  readonly chmod: string | undefined;
  /** Flags other than these. */
  readonly flags: readonly string[];
}

export interface Run {
  readonly command: Command;
  /** `ARG` and `ENV` as they stand at this line. */
  readonly environment: Variables;
  /** `--mount=…` and the like, as written. */
  readonly flags: readonly string[];
}
