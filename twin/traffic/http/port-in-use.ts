/** Another process listens at the port the user chose. */
export class PortInUse extends Error {
  constructor(owner: string, port: number) {
    super(`${owner}: port ${port} is in use on this machine; stop what listens there or choose another with --port`);
    this.name = 'PortInUse';
  }
}
