/**
 * Named places where a test may stop the process as a power cut would. `FAULT=sending.before-call:3`
 * kills this process the third time it passes that line; without the setting every call is a no-op.
 */
let armed: { name: string; left: number } | undefined;

export function armFault(setting: string | undefined): void {
  if (!setting) {
    armed = undefined;
    return;
  }
  const [name = '', nth = '1'] = setting.split(':');
  armed = { name, left: Number(nth) };
}

export function faultPoint(name: string): void {
  if (armed?.name !== name) return;
  armed.left -= 1;
  if (armed.left <= 0) process.kill(process.pid, 'SIGKILL');
}
