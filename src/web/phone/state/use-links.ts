import { t } from '../../shared/i18n/i18n';
import { notify } from '../../shared/notices/notices';
import { SandboxRefusal } from '../client/call';
import { readLink } from '../client/wecom';
import type { RepCode } from '../wecom/view';

type Reach = <T>(work: () => Promise<T>) => Promise<T | undefined>;
const linkPath = /^\/sandbox\/wecom\/ca\/(\w+)$/;

/** Links of the acquisition helper, tapped on the phone or opened in a browser, which is led here with them. */
export function useLinks(reach: Reach, meet: (code: RepCode) => void) {
  async function follow(linkId: string, customerChannel: string) {
    try {
      const code = await reach(() => readLink(linkId, customerChannel));
      if (code) meet(code);
    } catch (failure) {
      if (!(failure instanceof SandboxRefusal)) throw failure;
      notify(t('wecom.linkGone'));
    }
  }

  function followTap(event: MouseEvent) {
    const anchor = event.target instanceof Element ? event.target.closest('a') : null;
    const linkId = anchor && linkPath.exec(anchor.pathname)?.[1];
    if (!linkId || anchor.origin !== location.origin) return;
    event.preventDefault();
    const channel = new URLSearchParams(anchor.search).get('customer_channel');
    void follow(linkId, channel ?? '');
  }

  async function followAddress() {
    const led = new URLSearchParams(location.search);
    const linkId = led.get('ca');
    if (linkId === null) return;
    history.replaceState(null, '', location.pathname);
    await follow(linkId, led.get('customer_channel') ?? '');
  }

  return { followTap, followAddress };
}
