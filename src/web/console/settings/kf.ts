export interface Kf {
  kfId: string;
  name: string;
  agentId: string;
  enabled: boolean;
  /** Said to who opens the chat; null says nothing. */
  welcome: string | null;
  readAt: string | null;
  lastError: string | null;
  isListed: boolean;
}

export interface KfAccounts {
  items: Kf[];
}
