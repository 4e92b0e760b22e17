/** A port the user chose is taken by another process. */
export class PortInUse extends Error {
  constructor(owner: string, port: number) {
    super(`${owner}: port ${port} is in use on this machine; stop what listens there or choose another with --port`);
    this.name = 'PortInUse';
  }
}
