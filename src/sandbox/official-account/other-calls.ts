import { text } from '../wire/body';
import { json, ok, type Endpoints } from './endpoint';
import { refuse } from './refusal';

const addresses = ['127.0.0.1', '101.226.103.0/25'];

/** Addresses of the platform, and the emptying of the daily counters. */
export const otherCalls: Endpoints = {
  '/cgi-bin/get_api_domain_ip': {
    where: 'addresses',
    method: 'both',
    run: () => json({ ip_list: addresses }),
  },
  '/cgi-bin/getcallbackip': {
    where: 'addresses',
    method: 'both',
    run: () => json({ ip_list: addresses }),
  },
  '/cgi-bin/clear_quota': {
    where: 'clear-quota',
    method: 'POST',
    run: (world, call) => {
      if (text(call.body, 'appid') !== call.account.appId) refuse(40013);
      world.quotas.clear(call.account.appId);
      return ok();
    },
  },
};
