import type { Account, AccountBook } from '../accounts';
import type { MerchantV2 } from '../channels/pay/call-v2';
import { openRedPackets, type RedPacketClient } from '../channels/pay/red-packet.client';
import type { Kit } from '../kernel/kit';
import { ownIpv4 } from '../kernel/own-address';

export type PayingMerchant = MerchantV2 & {
  /** IPv4 that WeChat is told the order comes from. */
  readonly clientIp: string;
};

/** The way money takes: which merchants may pay, and the calls that do it. */
export interface PayRail {
  readonly client: RedPacketClient;
  /** Undefined for an account that is gone, switched off or without readable keys. */
  merchant(accountId: string): PayingMerchant | undefined;
  merchantIds(): string[];
}

/** Each merchant calls the platform of its own world: the real hosts, or the sandbox. */
export function openPayRail(kit: Pick<Kit, 'http' | 'settings'>, book: AccountBook): PayRail {
  const client = openRedPackets({
    http: kit.http,
    hostOf: (merchant) => book.merchant(merchant.id)?.apiBase ?? 'https://invalid.',
  });
  return {
    client,
    merchant: (accountId) => {
      const account = book.find(accountId);
      const found = book.merchant(accountId);
      if (!account?.enabled || !found) return undefined;
      const clientIp = clientIpOf(kit, account);
      if (clientIp === undefined) return undefined;
      const { apiV2Key, certPem, keyPem, caPem } = found.secrets;
      return {
        id: found.id,
        mchId: found.mchId,
        apiV2Key,
        certPem,
        keyPem,
        clientIp,
        ...(caPem !== undefined && { caPem }),
      };
    },
    merchantIds: () =>
      book
        .all()
        .filter((account) => account.kind === 'merchant')
        .map((account) => account.id),
  };
}

/** Never loopback for a real merchant: a machine without any other address cannot reach WeChat Pay either. */
function clientIpOf(kit: Pick<Kit, 'settings'>, account: Account): string | undefined {
  const given = account.details['clientIp'] ?? kit.settings.wechatPayClientIp ?? ownIpv4();
  return given ?? (account.world === 'sandbox' ? '127.0.0.1' : undefined);
}
