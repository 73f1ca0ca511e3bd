import { installBridge } from './install-bridge';

// The SDK reads the browser's name while it is being loaded, so the page comes after the bridge.
installBridge(window);
void import('../../sidebar/main');
