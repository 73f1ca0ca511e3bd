export type DemoFriend = {
  readonly name: string;
  readonly rep: string;
  readonly source: string;
  readonly added: number;
  readonly left?: number;
  readonly back?: number;
  /** Who they came back to, if to another rep, and by what code. */
  readonly backTo?: { readonly rep: string; readonly source: string };
  readonly follows?: number;
  readonly remark?: string;
  readonly phone?: string;
};

/** The demo brand's own words: a skincare brand with two shops. Everything a demo invents stands here. */
export const demoNames = {
  brand: '山茶花',
  merchant: '山茶花商户',
  operators: ['林岚', '周宁', '许晴'] as const,
  seeder: 'Guanxi',
  tags: ['会员', '敏感肌', '新客', '想到店', '老客'] as const,
  field: { key: 'points', name: '积分' },
  birthday: { key: 'birthday', name: '生日' },
  template: {
    templateId: 'TPLdemo01camellia000000000000000000000000000',
    title: '会员积分到期提醒',
    content:
      '会员姓名：{{name1.DATA}}\n到期积分：{{number2.DATA}}\n到期时间：{{date3.DATA}}\n温馨提示：{{thing4.DATA}}',
    example: '会员姓名：小雨\n到期积分：320\n到期时间：2026年12月31日\n温馨提示：到店可换护手霜',
  },
  arrival: {
    templateId: 'TPLdemo02camellia000000000000000000000000000',
    title: '预约到店提醒',
    content: '预约门店：{{thing1.DATA}}\n预约时间：{{time2.DATA}}\n服务项目：{{thing3.DATA}}',
    example: '预约门店：静安店\n预约时间：2026年11月21日 15:00\n服务项目：肌肤检测',
  },
  scenes: [
    { scene: 'shop_jingan', name: '静安店 海报', weight: 34 },
    { scene: 'shop_xuhui', name: '徐汇店 海报', weight: 22 },
    { scene: 'parcel_card', name: '包裹卡', weight: 18 },
    { scene: 'xhs_note', name: '小红书引流码', weight: 15 },
    { scene: 'invite', name: '老客邀请', weight: 11 },
  ],
  segments: {
    members: '静安店会员',
    silent: '三十天没来的老客',
    parcel: '包裹卡来的客人',
    regulars: '包裹卡来的老客',
  },
  campaign: {
    name: '积分到期前提醒',
    data: {
      name1: "{{ person.name | default: '会员' | truncate: 8, '' }}",
      number2: '{{ person.fields.points | default: 0 }}',
      date3: '2026年12月31日',
      thing4: '到店可换护手霜',
    },
  },
  promotion: {
    name: '老客谢礼',
    amount: { minFen: 200, maxFen: 880 },
    budgetFen: 20_000,
    wish: '花开有你，请收下',
  },
  /** The corp beside the Official Account: its reps, and people who are friends of theirs. */
  corp: {
    corpId: 'wwdemo0camellia1',
    name: '山茶花企业微信',
    app: { agentId: '1000002', name: '导购助手' },
    department: '静安店',
    customerService: {
      name: '山茶花客服',
      serving: ['zhouning', 'linlan'],
      away: ['xunuo'],
      welcome: '你好，这里是山茶花客服。想问什么直接说，要找人就写「人工」。',
    },
    welcome: '你好，我是{{ rep.name }}，山茶花的导购，有肌肤问题随时问我～',
    welcomes: [{ source: 'shop_xuhui', text: '欢迎来徐汇店！到店出示本消息可领一份小样。' }],
  },
  ways: [
    {
      name: '静安店 收银台',
      state: 'shop_jingan',
      plan: {
        userIds: [],
        shifts: [
          { weekdays: [1, 2, 3, 4, 5], from: '10:00', to: '22:00', userIds: ['zhouning'] },
          { weekdays: [6, 7], from: '10:00', to: '22:00', userIds: ['zhouning', 'linlan'] },
        ],
        spare: ['xunuo'],
      },
      capPerDay: 20,
      tags: ['想到店'],
      remark: '静安',
      welcome: '你好，我是{{ rep.name }}。欢迎来静安店，出示本消息可领一份小样。',
    },
    {
      name: '小红书引流码',
      state: 'xhs_note',
      plan: { userIds: ['xunuo', 'zhouning'], shifts: [], spare: ['linlan'] },
      capPerDay: 30,
      tags: ['新客'],
    },
    {
      kind: 'link',
      name: '短视频主页',
      state: 'video_home',
      plan: { userIds: ['xunuo'], shifts: [], spare: ['zhouning'] },
      tags: ['新客'],
      welcome: '你好，我是{{ rep.name }}。从短视频来的朋友，第一次到店可领一份小样。',
    },
  ],
  reps: [
    { userId: 'linlan', name: '林岚', position: '店长', leads: true },
    { userId: 'zhouning', name: '周宁', position: '导购', leads: false },
    { userId: 'xunuo', name: '许诺', position: '导购', leads: false },
  ],
  /** Days ago of each thing that happened; `follows` the Official Account too, with one unionid. */
  friends: [
    { name: '苏晚', rep: 'zhouning', source: 'shop_jingan', added: 62, left: 35, back: 4 },
    { name: '白露', rep: 'zhouning', source: 'shop_jingan', added: 62, follows: 62 },
    {
      name: '程以安',
      rep: 'linlan',
      source: 'parcel_card',
      added: 62,
      remark: '程姐 敏感肌',
      phone: '13800000628',
    },
    { name: '乔木', rep: 'xunuo', source: 'xhs_note', added: 40, left: 0.3 },
    { name: '温言', rep: 'xunuo', source: 'shop_xuhui', added: 40, follows: 62 },
    { name: '江月', rep: 'linlan', source: 'shop_jingan', added: 40 },
    { name: '何念', rep: 'zhouning', source: 'parcel_card', added: 35, follows: 40 },
    { name: '孟夏', rep: 'zhouning', source: '', added: 35, remark: '孟夏 常买精华' },
    { name: '秦桑', rep: 'xunuo', source: 'xhs_note', added: 21, phone: '13800000628' },
    { name: '阮棠', rep: 'linlan', source: 'shop_xuhui', added: 21, follows: 21 },
    { name: '林深', rep: 'xunuo', source: 'video_home', added: 21 },
    {
      ...{ name: '半夏', rep: 'xunuo', source: 'video_home', added: 21, left: 4, back: 0.3 },
      backTo: { rep: 'zhouning', source: 'shop_jingan' },
    },
    { name: '沐晴', rep: 'zhouning', source: 'shop_jingan', added: 4 },
    { name: '云舒', rep: 'xunuo', source: 'video_home', added: 4 },
    { name: '叶知秋', rep: 'xunuo', source: 'invite', added: 4, follows: 21 },
    { name: '罗衣', rep: 'xunuo', source: 'shop_xuhui', added: 0.3 },
    { name: '方糖', rep: 'zhouning', source: 'shop_jingan', added: 0.3 },
    { name: '初晴', rep: 'xunuo', source: 'video_home', added: 0.3 },
  ] as readonly DemoFriend[],
  surnames: '陈周林黄徐沈苏许何宋唐韩曹袁邓蒋叶程魏吕',
  given: [
    '小雨',
    '子衿',
    '默',
    '阿远',
    '一诺',
    '思琪',
    '晓棠',
    '若溪',
    '知夏',
    '清扬',
    '书瑶',
    '以沫',
    '嘉禾',
    '南乔',
    '青禾',
    '念安',
    '语桐',
    '星野',
    '长安',
    '予安',
  ],
  questions: [
    '几点开门',
    '敏感肌能用吗',
    '有试用装吗',
    '怎么退货',
    '积分怎么查',
    '你们店在哪',
    '发货了吗',
    '会员有什么福利',
    '谢谢',
    '可以开发票吗',
    '能预约肌肤检测吗',
    '开车过来能停车不',
    '孕期能用精华吗',
    '你们晚上最晚几点能进去呀',
    '能包装成礼物吗',
    '新品精华什么时候有',
  ],
  /** What nobody has written an answer to yet. */
  unanswered: ['护手霜还有吗', '有护肤课吗', '能寄到国外吗', '有线下讲座吗'],
  notes: ['喜欢无香型', '对酒精过敏，推荐舒缓系列', '每月来一次静安店', '送过小样，反馈不错'],
  /** Bottom menu of the phone. */
  menu: [
    { name: '门店', key: 'shops' },
    { name: '会员中心', key: 'member' },
    { name: '找导购', key: 'agent' },
  ],
} as const;
