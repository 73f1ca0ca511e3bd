import { campaignOperations, ProgressStreams, registerCampaigns } from '../../src/campaigns';
import { insertRows } from '../../src/kernel/database';
import { openApi } from './api-client';
import type { TestKit } from './open-kit';
import { openSendingWorld } from './sending-world';

export const templateId = 'TPL-points';
export const everybody = { field: 'state', op: 'is', value: 'following' };

/** A segment, a WeChat template and the API of campaigns over an account that sends to a scripted WeChat. */

export async function openCampaignWorld(kit: TestKit) {
  const world = await openSendingWorld(kit);
  world.wechat.templates = [
    {
      template_id: templateId,
      title: '会员积分到期提醒',
      content: '会员：{{thing1.DATA}}\n积分：{{number2.DATA}}\n到期：{{date3.DATA}}\n',
      example: '会员：小雨',
    },
  ];
  const { book, appId } = world;
  const segmentId = kit.newId();
  const saveRule = (rule: unknown) =>
    kit.db.transact((tx) =>
      insertRows(
        tx,
        'segment',
        [
          {
            id: segmentId,
            name: '会员',
            rule: JSON.stringify(rule),
            people: null,
            countedAt: null,
            version: 1,
            createdAt: 1,
            updatedAt: 1,
          },
        ],
        { onConflict: ['id'], update: ['rule'] },
      ),
    );
  await saveRule({ all: [] });
  const parts = { sending: world.sending, book, client: world.client };
  registerCampaigns(kit, parts);
  const streams = new ProgressStreams(kit);
  const api = await openApi(kit, campaignOperations(kit, parts, streams));
  const close = async () => {
    streams.close();
    await api.close();
    await world.wechat.close();
  };
  const body = (changes: object = {}) => ({
    name: '积分提醒',
    segmentId,
    appId,
    message: {
      type: 'template',
      templateId,
      data: {
        thing1: { value: "{{ person.name | default: '会员' }}" },
        number2: { value: '120' },
        date3: { value: '{{ today }}' },
      },
    },
    schedule: null,
    ...changes,
  });
  const add = async (changes: object = {}) => {
    const made = await api.post('/api/v1/campaigns', body(changes));
    if (made.status !== 201) throw new Error(`no campaign: ${made.status}`);
    return `/api/v1/campaigns/${String(made.body.id)}`;
  };
  return { ...world, parts, api, streams, segmentId, saveRule, body, add, close };
}
