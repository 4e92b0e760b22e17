import type { Endpoint } from '../endpoint.ts';

export interface Rewording {
  /** Makes an error name the endpoint the application asked for instead of the real one. */
  reword(error: NodeJS.ErrnoException, syscall: 'connect' | 'listen', real: Endpoint, asked: Endpoint): void;
}

const reword: Rewording['reword'] = (error, syscall, real, asked) => {
  if (error.syscall !== syscall) return;
  const [before, after] = [real.join(':'), asked.join(':')];
  error.stack = error.stack?.replace(before, after);
  error.message = error.message.replace(before, after);
  Object.assign(error, { address: asked[0], port: asked[1] });
};

module.exports = { reword } satisfies Rewording;
